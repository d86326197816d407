using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>The table <c>renders</c>: its columns, a row as parameters, and back.</summary>
internal static partial class RenderTable
{
    /// <summary>What a <see cref="Ports.StepJob"/> is read from.</summary>
    public const string JobColumns = "id, step, version, due_at, priority, turn, expires_at, provider_completed_at";

    private static readonly string[] Columns =
    [
        "id", "idempotency_key", "request_hash", "prompt", "model", "size", "seconds", "input_reference", "tags", "priority",
        "again_of", "remix_of", "remix_video_id", "status", "step", "attempt", "looks", "progress", "due_at", "lease_owner",
        "lease_until", "version", "cancel_requested", "create_started_at", "create_since", "creates_sent",
        "waits_for_room_since", "waits_for_source_since", "video_id", "provider_created_at",
        "provider_completed_at", "expires_at", "deadline_at", "assets", "cost", "cause", "message", "trace_parent", "ledger_seq",
        "ledger_hash", "created_at", "updated_at", "finished_at", "keep", "provider_copy_deleting_at", "provider_copy_deleted_at",
        "files_deleting_at", "files_deleted_at", "share", "turn", "batch", "remix_kind",
    ];

    // Who the row is, how long its lease holds, where its chain ends, when its turn is and what it was handed in with are not the caller's to change.
    private static readonly string[] KeptByCommit = ["id", "lease_until", "ledger_seq", "ledger_hash", "share", "turn", "batch"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter<AssetKind>(), new TextConverter() },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string All { get; } = string.Join(", ", Columns);

    /// <summary>Inserts a row with the turn <c>@turn</c>; where that is negative, with the next one but <c>@turns_between</c>.</summary>
    public static string Insert(string table, SqlDialect dialect)
    {
        var turn = $"CASE WHEN @turn >= 0 THEN @turn ELSE {NextTurn(table, dialect)} + @turns_between END";
        return $"INSERT INTO {table} ({All}) VALUES ({string.Join(", ", Columns.Select(column => column == "turn" ? turn : "@" + column))}) ON CONFLICT DO NOTHING";
    }

    /// <summary>
    /// An expression: the next turn of <c>@share</c> at <c>@priority</c>. One after its last; and not before the first one that waits, or the last one that has begun: who
    /// comes late has not saved up turns. Each is read off the end of an index.
    /// </summary>
    public static string NextTurn(string table, SqlDialect dialect) => dialect.Greatest(
        $"coalesce((SELECT turn FROM {table} WHERE {IsToBegin} AND priority = @priority ORDER BY turn LIMIT 1), 0)",
        $"coalesce((SELECT turn FROM {table} WHERE {IsInFlight} AND priority = @priority ORDER BY turn DESC LIMIT 1), 0)",
        $"coalesce((SELECT turn + 1 FROM {table} WHERE {HasTurn} AND priority = @priority AND share = @share ORDER BY turn DESC LIMIT 1), 0)");

    /// <summary>An expression: how many rows but <c>@id</c> are in flight, counted up to <c>@max_in_flight</c>.</summary>
    public static string CountInFlight(string table) =>
        $"(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {IsInFlight} AND id <> @id LIMIT @max_in_flight) AS in_flight)";

    /// <summary>How many creates wait for room before the one of <c>@id</c>, <c>@priority</c> and <c>@turn</c>, counted up to <c>@most</c>. Two ranges of the same index.</summary>
    public static string CountWaitingBefore(string table) =>
        $"""
        SELECT count(*) FROM (
            SELECT id FROM {table} WHERE {WaitsForRoom} AND priority > @priority
            UNION ALL SELECT id FROM {table} WHERE {WaitsForRoom} AND priority = @priority AND (turn, id) < (@turn, @id)
            LIMIT @most) AS waiting
        """;

    /// <summary>Everything a commit replaces.</summary>
    public static string Assignments { get; } =
        string.Join(", ", Columns.Except(KeptByCommit).Select(column => $"{column} = @{column}"));

    /// <summary>What a look replaces (<see cref="Policies.LookChange"/>).</summary>
    public static string LookAssignments { get; } =
        "attempt = @attempt, looks = @looks, progress = @progress, due_at = @due_at, lease_owner = NULL, version = @version, expires_at = @expires_at, cause = @cause, message = @message, updated_at = @updated_at";

    /// <summary>The same as parameters.</summary>
    public static TypedParameters LookParameters(Render render) => AddLook(render, new TypedParameters(16));

    private static TypedParameters AddLook(Render render, TypedParameters parameters) => parameters
        .Add("id", render.Id)
        .Add("attempt", render.Attempt)
        .Add("looks", render.Looks)
        .Add("progress", render.Progress)
        .Add("due_at", render.DueAt)
        .Add("version", render.Version)
        .Add("expires_at", render.ExpiresAt)
        .Add("cause", render.Cause?.ToString())
        .Add("message", Text(render.Message))
        .Add("updated_at", render.UpdatedAt);

    /// <summary>The whole row as parameters.</summary>
    public static TypedParameters Parameters(Render render) => AddLook(render, new TypedParameters(Columns.Length + 16))
        .Add("idempotency_key", Text(render.IdempotencyKey))
        .Add("request_hash", Text(render.RequestHash))
        .Add("prompt", Text(render.Prompt))
        .Add("model", Text(render.Model))
        .Add("size", Text(render.Size))
        .Add("seconds", render.Seconds)
        .AddJson("input_reference", render.Reference is null ? null : JsonSerializer.Serialize(render.Reference, Json))
        .AddJson("tags", JsonSerializer.Serialize(render.Tags, Json))
        .Add("priority", render.Priority)
        .Add("again_of", render.AgainOf)
        .Add("remix_of", render.RemixOf)
        .Add("remix_video_id", Text(render.RemixVideoId))
        .Add("status", render.Status.ToString())
        .Add("step", render.Step.ToString())
        .Add("lease_owner", Text(render.LeaseOwner))
        .Add("lease_until", render.LeaseUntil)
        .Add("cancel_requested", render.CancelRequested)
        .Add("create_started_at", render.CreateStartedAt)
        .Add("create_since", render.CreateSince)
        .Add("creates_sent", render.CreatesSent)
        .Add("waits_for_room_since", render.WaitsForRoomSince)
        .Add("waits_for_source_since", render.WaitsForSourceSince)
        .Add("video_id", Text(render.VideoId))
        .Add("provider_created_at", render.ProviderCreatedAt)
        .Add("provider_completed_at", render.ProviderCompletedAt)
        .Add("deadline_at", render.DeadlineAt)
        .AddJson("assets", JsonSerializer.Serialize(render.Assets, Json))
        .Add("cost", render.Cost)
        .Add("trace_parent", Text(render.TraceParent))
        .Add("ledger_seq", render.LedgerSeq)
        .Add("ledger_hash", render.LedgerHash)
        .Add("created_at", render.CreatedAt)
        .Add("finished_at", render.FinishedAt)
        .Add("keep", render.Keep)
        .Add("provider_copy_deleting_at", render.ProviderCopyDeletingAt)
        .Add("provider_copy_deleted_at", render.ProviderCopyDeletedAt)
        .Add("files_deleting_at", render.FilesDeletingAt)
        .Add("files_deleted_at", render.FilesDeletedAt)
        .Add("share", Text(render.Share))
        .Add("batch", Text(render.Batch))
        .Add("remix_kind", render.RemixKind.ToString());

    /// <summary>
    /// A text as databases can hold it. SQLite cuts a text at U+0000 when it is read, PostgreSQL refuses it, and neither has half a surrogate
    /// pair; what a provider says must not be able to stop a commit, so those become U+FFFD.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Text(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    public static Render Read(SqlRow row) => new()
    {
        Id = row.Guid("id"),
        IdempotencyKey = row.TextOrNull("idempotency_key"),
        RequestHash = row.Text("request_hash"),
        Prompt = row.Text("prompt"),
        Model = row.Text("model"),
        Size = row.TextOrNull("size"),
        Seconds = row.IntOrNull("seconds"),
        Reference = row.TextOrNull("input_reference") is { } reference ? FromJson<StoredReference>("input_reference", reference) : null,
        Tags = FromJson<string[]>("tags", row.Text("tags")),
        Priority = (int)row.Number("priority"),
        AgainOf = row.GuidOrNull("again_of"),
        RemixOf = row.GuidOrNull("remix_of"),
        RemixVideoId = row.TextOrNull("remix_video_id"),
        Status = row.Enum<RenderStatus>("status"),
        Step = row.Enum<RenderStep>("step"),
        Attempt = (int)row.Number("attempt"),
        Looks = (int)row.Number("looks"),
        Progress = (int)row.Number("progress"),
        DueAt = row.TimeOrNull("due_at"),
        LeaseOwner = row.TextOrNull("lease_owner"),
        LeaseUntil = row.TimeOrNull("lease_until"),
        Version = row.Number("version"),
        CancelRequested = row.Bool("cancel_requested"),
        CreateStartedAt = row.TimeOrNull("create_started_at"),
        CreateSince = row.TimeOrNull("create_since"),
        CreatesSent = (int)row.Number("creates_sent"),
        WaitsForRoomSince = row.TimeOrNull("waits_for_room_since"),
        WaitsForSourceSince = row.TimeOrNull("waits_for_source_since"),
        VideoId = row.TextOrNull("video_id"),
        ProviderCreatedAt = row.TimeOrNull("provider_created_at"),
        ProviderCompletedAt = row.TimeOrNull("provider_completed_at"),
        ExpiresAt = row.TimeOrNull("expires_at"),
        DeadlineAt = row.Time("deadline_at"),
        Assets = FromJson<RenderAsset[]>("assets", row.Text("assets")),
        Cost = row.DecimalOrNull("cost"),
        Cause = row.EnumOrNull<RenderCause>("cause"),
        Message = row.TextOrNull("message"),
        TraceParent = row.TextOrNull("trace_parent"),
        LedgerSeq = row.Number("ledger_seq"),
        LedgerHash = row.Text("ledger_hash"),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.Time("updated_at"),
        FinishedAt = row.TimeOrNull("finished_at"),
        Keep = row.Bool("keep"),
        ProviderCopyDeletingAt = row.TimeOrNull("provider_copy_deleting_at"),
        ProviderCopyDeletedAt = row.TimeOrNull("provider_copy_deleted_at"),
        FilesDeletingAt = row.TimeOrNull("files_deleting_at"),
        FilesDeletedAt = row.TimeOrNull("files_deleted_at"),
        Turn = row.Number("turn"),
        Batch = row.TextOrNull("batch"),
        RemixKind = row.Enum<RemixKind>("remix_kind"),
    };

    public static Ports.StepJob ReadJob(SqlRow row) => Ports.StepJob.Of(
        row.Guid("id"), row.Enum<RenderStep>("step"), row.Number("version"), row.Time("due_at"), (int)row.Number("priority"), row.Number("turn"),
        row.TimeOrNull("expires_at"), row.TimeOrNull("provider_completed_at"));

    /// <summary>What a row says about its ledger, even where somebody made the row unreadable.</summary>
    public static LedgerHead ReadHead(SqlRow row) => new(
        $"renders/{row.Key("id")}",
        row.Text("status"),
        row.TextOrNull("video_id"),
        StorageUri(row.Text("assets")),
        row.Number("version"),
        row.Number("ledger_seq"),
        row.Text("ledger_hash"));

    private static string? StorageUri(string assets)
    {
        if (AssetsText.TryVideoUri(assets, out var uri))
            return uri;
        try
        {
            return LedgerHead.StorageUriOf(FromJson<RenderAsset[]>("assets", assets));
        }
        catch (DatabaseException)
        {
            return "(unreadable)";
        }
    }

    // jsonb refuses U+0000 as an escape, too.
    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));
    }

    private static T FromJson<T>(string column, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new DatabaseException($"column {column}", json, "JSON as this program writes it", e.Message, e);
        }
    }
}
