using System.Text.Json;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;

namespace Bickford.Renders.Recovery;

/// <summary>The record beside a render's video, with files that were read back and are what it says.</summary>
/// <param name="VideoId">The provider's id.</param>
/// <param name="CreatedAt">When the provider accepted it, where the record says so.</param>
/// <param name="Assets">The files, each with its uri.</param>
internal sealed record StoredRecord(string VideoId, DateTimeOffset? CreatedAt, IReadOnlyList<RenderAsset> Assets)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>The record of a render; null where there is none, or one that its files do not bear out.</summary>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    public static async Task<StoredRecord?> FindAsync(IVideoStore store, Render row, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenReadAsync(RenderKeys.Record(row), cancellationToken);
        if (stream is null || Parse(await BoundedStream.ReadAllAsync(stream, MaxBytes, cancellationToken), row, store) is not { } record)
            return null;
        foreach (var asset in record.Assets)
        {
            if (!await store.VerifyAsync(RenderKeys.Asset(row, asset.Kind), new ObjectContent(asset.Bytes, asset.Sha256, asset.ContentType), cancellationToken))
                return null;
        }

        return record;
    }

    private static StoredRecord? Parse(byte[] json, Render row, IVideoStore store)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var record = document.RootElement;
            if (record.GetProperty("render_id").GetGuid() != row.Id || record.GetProperty("video_id").GetString() is not { Length: > 0 } videoId)
                return null;
            var assets = record.GetProperty("assets").EnumerateArray().Select(asset => AssetOf(asset, row, store)).ToList();
            return assets.Any(asset => asset.Kind == AssetKind.Video) ? new StoredRecord(videoId, TimeOf(record), assets) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null; // it is no record, or of a version that this program does not know
        }
    }

    // Where it lies follows from the render, and not from what the record says.
    private static RenderAsset AssetOf(JsonElement asset, Render row, IVideoStore store)
    {
        var kind = Enum.Parse<AssetKind>(asset.GetProperty("kind").GetString()!);
        return new RenderAsset(
            kind, asset.GetProperty("bytes").GetInt64(), asset.GetProperty("sha256").GetString()!, asset.GetProperty("content_type").GetString()!,
            store.UriOf(RenderKeys.Asset(row, kind)));
    }

    private static DateTimeOffset? TimeOf(JsonElement record) =>
        record.TryGetProperty("provider_created_at", out var value) && value.ValueKind == JsonValueKind.String ? LedgerHash.ParseTime(value.GetString()!) : null;
}
