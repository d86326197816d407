using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Steps;

/// <summary>Record: the record beside the video, the observers, and with the commit the closing ledger event.</summary>
internal sealed class RecordStep(IVideoStore videos, RenderNotifier notifier, RenderOptions options) : IStep
{
    /// <summary>Tries after which a failing observer no longer holds up the render.</summary>
    public const int ObserverAttempts = 5;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public RenderStep Step => RenderStep.Record;

    public async Task<StepOutcome?> RunAsync(StepRun run)
    {
        var row = run.Row;
        var eventId = LedgerHash.EventIdOf(row.Id, row.Version, LedgerHash.Completed);
        var record = Encoding.UTF8.GetBytes(RecordOf(row, eventId).ToJsonString(Indented) + "\n");
        using (var stream = new MemoryStream(record, writable: false))
            await videos.PutAsync(RenderKeys.Record(row), stream, new ObjectContent(record.Length, Hashing.Sha256(record), "application/json"), run.Token);

        try
        {
            await notifier.CompletedAsync(row, eventId, run.Token);
        }
        catch (ObserverException e) when (row.Attempt + 1 >= Math.Min(ObserverAttempts, options.Retry.MaxAttempts))
        {
            return new StepOutcome.Recorded(e.Message);
        }

        return new StepOutcome.Recorded(null);
    }

    private static JsonObject RecordOf(Render row, Guid eventId)
    {
        var reference = row.Reference is { } r ? new JsonObject { ["key"] = r.Key, ["sha256"] = r.Sha256 } : null;
        return new JsonObject
        {
            ["render_id"] = row.Id.ToString("D"),
            ["event_id"] = eventId.ToString("D"),
            ["video_id"] = row.VideoId,
            ["model"] = row.Model,
            ["seconds"] = row.Seconds?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["size"] = row.Size,
            ["prompt"] = row.Prompt,
            ["tags"] = new JsonArray([.. row.Tags.Select(t => JsonValue.Create(t))]),
            ["again_of"] = row.AgainOf?.ToString("D"),
            ["remix_of"] = row.RemixOf?.ToString("D"),
            ["remix_video_id"] = row.RemixVideoId,
            ["input_reference"] = reference,
            ["cost"] = row.Cost,
            ["enqueued_at"] = LedgerHash.TimeText(row.CreatedAt),
            ["provider_created_at"] = row.ProviderCreatedAt is { } created ? LedgerHash.TimeText(created) : null,
            ["provider_completed_at"] = row.ProviderCompletedAt is { } completed ? LedgerHash.TimeText(completed) : null,
            ["assets"] = RenderEvents.Assets(row.Assets),
        };
    }
}
