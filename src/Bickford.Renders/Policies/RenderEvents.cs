using System.Globalization;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Policies;

/// <summary>The ledger events of a render: their types and what each carries.</summary>
public static class RenderEvents
{
#pragma warning disable CS1591 // The names say it; docs/ledger.md lists them.
    public const string Enqueued = "render.enqueued";
    public const string Decided = "render.decided";
    public const string WaitsForSource = "render.waits_for_source";
    public const string CreateStarted = "render.create_started";
    public const string Created = "render.created";
    public const string Adopted = "render.adopted";
    public const string DuplicateVideo = "render.duplicate_video";
    public const string Progressed = "render.progressed";
    public const string Rendered = "render.rendered";
    public const string Downloaded = "render.downloaded";
    public const string Stored = "render.stored";
    public const string StagingLost = "render.staging_lost";
    public const string Completed = LedgerHash.Completed;
    public const string Retry = "render.retry";
    public const string Failed = "render.failed";
    public const string Parked = "render.parked";
    public const string Resumed = "render.resumed";
    public const string CancelRequested = "render.cancel_requested";
    public const string Cancelled = "render.cancelled";
    public const string Kept = "render.kept";
    public const string Released = "render.released";
    public const string ProviderCopyDeleting = "render.provider_copy_deleting";
    public const string ProviderCopyDeleted = "render.provider_copy_deleted";
    public const string FilesDeleting = "render.files_deleting";
    public const string FilesDeleted = "render.files_deleted";
#pragma warning restore CS1591

    /// <summary>The event that the change to <paramref name="row"/> writes. Every event says where the render stands; the opening and closing ones say everything.</summary>
    /// <param name="row">The row after the change.</param>
    /// <param name="type">One of the constants above.</param>
    /// <param name="details">What only this event has.</param>
    public static LedgerEntry Of(Render row, string type, params ReadOnlySpan<(string Name, JsonNode? Value)> details)
    {
        var id = LedgerHash.EventIdOf(row.Id, row.Version, type);
        var payload = new JsonObject
        {
            ["event_id"] = id.ToString("D"),
            ["version"] = row.Version,
            ["status"] = row.Status.ToString(),
            ["step"] = row.Step.ToString(),
            ["attempt"] = row.Attempt,
            ["progress"] = row.Progress,
            ["video_id"] = row.VideoId,
            ["storage_uri"] = row.Assets.FirstOrDefault(a => a.Kind == AssetKind.Video)?.Uri,
        };
        if (type is Enqueued or Completed or Failed or Parked or Cancelled)
            AddRequest(payload, row);
        if (row.Cause is { } cause)
        {
            payload["cause"] = cause.ToString();
            payload["message"] = row.Message;
        }

        foreach (var (name, value) in details)
            payload[name] = value;
        return new LedgerEntry(id, type, row.UpdatedAt, payload);
    }

    /// <summary>Assets as an event shows them.</summary>
    public static JsonArray Assets(IEnumerable<RenderAsset> assets) =>
        new([.. assets.Select(a => new JsonObject
        {
            ["kind"] = a.Kind.ToString(),
            ["uri"] = a.Uri,
            ["bytes"] = a.Bytes,
            ["sha256"] = a.Sha256,
            ["content_type"] = a.ContentType,
        })]);

    private static JsonObject Reference(StoredReference reference)
    {
        var payload = new JsonObject { ["key"] = reference.Key, ["sha256"] = reference.Sha256, ["content_type"] = reference.ContentType };
        if (reference.Fit is { } fit)
            payload["fit"] = fit.ToString();
        if (reference.SourceSha256 is { } source)
            payload["source_sha256"] = source;
        return payload;
    }

    private static void AddRequest(JsonObject payload, Render row)
    {
        payload["model"] = row.Model;
        payload["seconds"] = row.Seconds?.ToString(CultureInfo.InvariantCulture);
        payload["size"] = row.Size;
        payload["prompt"] = row.Prompt;
        payload["remix_video_id"] = row.RemixVideoId;
        payload["input_reference"] = row.Reference is { } reference
            ? Reference(reference)
            : null;
        payload["cost"] = row.Cost;
        payload["tags"] = new JsonArray([.. row.Tags.Select(t => JsonValue.Create(t))]);
        payload["priority"] = row.Priority;
        if (row.Batch is { } batch)
            payload["batch"] = batch;
        payload["again_of"] = row.AgainOf?.ToString("D");
        payload["remix_of"] = row.RemixOf?.ToString("D");
        if (row.RemixKind != RemixKind.Remix)
            payload["remix_kind"] = row.RemixKind.ToString();
    }
}
