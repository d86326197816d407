namespace Bickford.Renders.Ledger;

/// <summary>Ledger and rows of one moment, as <see cref="LedgerVerifier"/> reads them: each sequence once, in this order of the properties.</summary>
public sealed record LedgerSnapshot
{
    /// <summary>Every event, by stream (ordinal), position in the stream, position in the ledger.</summary>
    public required IAsyncEnumerable<LedgerItem> Events { get; init; }

    /// <summary>Every row, by stream (ordinal). Read alongside <see cref="Events"/>.</summary>
    public required IAsyncEnumerable<LedgerHead> Heads { get; init; }

    /// <summary>Every event's position and hash, by position. Read after <see cref="Events"/>.</summary>
    public required IAsyncEnumerable<LedgerLeaf> Leaves { get; init; }

    /// <summary>Every seal, by number. Read alongside <see cref="Leaves"/>.</summary>
    public required IAsyncEnumerable<LedgerSeal> Seals { get; init; }

    /// <summary>The newest position the database has ever given; null where the database may leave gaps by itself, so that a gap says nothing.</summary>
    public long? LastPosition { get; init; }
}

/// <summary>An event as it stands in the store, even when somebody made it unreadable.</summary>
/// <param name="Seq">Position in the ledger.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Event">The event; null when it cannot be read.</param>
/// <param name="Problem">Why it cannot be read.</param>
public sealed record LedgerItem(long Seq, string Stream, LedgerEvent? Event, string? Problem = null)
{
    /// <summary>An event that can be read.</summary>
    public static LedgerItem Of(LedgerEvent ledgerEvent) => new(ledgerEvent.Seq, ledgerEvent.Stream, ledgerEvent);
}

/// <summary>What a render's row says about its ledger.</summary>
/// <param name="Stream">The render's stream.</param>
/// <param name="Status">The row's status.</param>
/// <param name="VideoId">The row's video id.</param>
/// <param name="StorageUri">Where the row says its video lies.</param>
/// <param name="Version">The row's version.</param>
/// <param name="LedgerSeq">Position in the stream of its newest event.</param>
/// <param name="LedgerHash">Hash of that event.</param>
public sealed record LedgerHead(string Stream, string Status, string? VideoId, string? StorageUri, long Version, long LedgerSeq, string LedgerHash)
{
    /// <summary>What this row says.</summary>
    public static LedgerHead Of(Render render) => new(
        Ledger.LedgerHash.StreamOf(render.Id),
        render.Status.ToString(),
        render.VideoId,
        StorageUriOf(render.Assets),
        render.Version,
        render.LedgerSeq,
        render.LedgerHash);

    /// <summary>Where the video lies: the <c>storage_uri</c> of a render's events.</summary>
    public static string? StorageUriOf(IEnumerable<RenderAsset> assets) =>
        assets.FirstOrDefault(asset => asset.Kind == AssetKind.Video)?.Uri;
}
