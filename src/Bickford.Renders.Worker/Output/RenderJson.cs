using System.Text.Json;
using System.Text.Json.Serialization;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Worker.Output;

/// <summary>The JSON shapes of renders and ledger events. Scripts rely on them: names are added, never changed.</summary>
internal static class RenderJson
{
    public static RenderView Of(Render render) => new(
        render.Id,
        render.ShortId,
        render.Status,
        render.Step,
        render.Attempt,
        render.Progress,
        render.Cause,
        render.Message,
        render.Prompt,
        render.Model,
        render.Size,
        render.Seconds,
        render.Reference,
        render.Tags,
        render.Priority,
        render.IdempotencyKey,
        render.AgainOf,
        render.RemixOf,
        render.RemixVideoId,
        render.VideoId,
        render.Cost,
        [.. render.Assets.Select(asset => new AssetView(asset.Kind, asset.Uri, asset.Bytes, asset.Sha256, asset.ContentType))],
        render.CancelRequested,
        render.Looks,
        render.Version,
        render.CreatedAt,
        render.UpdatedAt,
        render.FinishedAt,
        render.DueAt,
        render.DeadlineAt,
        render.CreateStartedAt,
        render.ProviderCreatedAt,
        render.ProviderCompletedAt,
        render.ExpiresAt,
        render.Batch,
        render.Keep,
        render.ProviderCopyDeletedAt,
        render.FilesDeletedAt,
        render.WaitsForSourceSince,
        render.RemixOf is null ? null : render.RemixKind);

    public static EventView Of(LedgerEvent one) => new(
        one.Seq,
        one.EventId,
        one.Stream,
        one.RenderId,
        one.RenderSeq,
        one.Type,
        LedgerHash.TimeText(one.OccurredAt),
        new RawJson(one.Payload),
        one.PrevHash,
        one.Hash);
}

/// <summary>A render.</summary>
internal sealed record RenderView(
    Guid Id,
    string ShortId,
    RenderStatus Status,
    RenderStep Step,
    int Attempt,
    int Progress,
    RenderCause? Cause,
    string? Message,
    string Prompt,
    string Model,
    string? Size,
    int? Seconds,
    StoredReference? Reference,
    IReadOnlyList<string> Tags,
    int Priority,
    string? IdempotencyKey,
    Guid? AgainOf,
    Guid? RemixOf,
    string? RemixVideoId,
    string? VideoId,
    decimal? Cost,
    IReadOnlyList<AssetView> Assets,
    bool CancelRequested,
    int Looks,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? FinishedAt,
    DateTimeOffset? DueAt,
    DateTimeOffset DeadlineAt,
    DateTimeOffset? CreateStartedAt,
    DateTimeOffset? ProviderCreatedAt,
    DateTimeOffset? ProviderCompletedAt,
    DateTimeOffset? ExpiresAt,
    string? Batch,
    bool Keep,
    DateTimeOffset? ProviderCopyDeletedAt,
    DateTimeOffset? FilesDeletedAt,
    DateTimeOffset? WaitsForSourceSince,
    RemixKind? RemixKind);

/// <summary>A file of a render; <paramref name="Uri"/> is null until it is stored, and again when clean-up has taken it.</summary>
internal sealed record AssetView(AssetKind Kind, string? Uri, long Bytes, string Sha256, string ContentType);

/// <summary>A ledger event; <paramref name="OccurredAt"/> is the text that is hashed.</summary>
internal sealed record EventView(
    long Seq,
    Guid EventId,
    string Stream,
    Guid? RenderId,
    long RenderSeq,
    string Type,
    string OccurredAt,
    RawJson Payload,
    string PrevHash,
    string Hash);

/// <summary>JSON that is written byte for byte: a payload must still have the hash that stands beside it.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string Text);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Text);
}
