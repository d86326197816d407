namespace Bickford.Renders.Ledger;

/// <summary>The seals in the database, and what it takes to make and to use them. Nothing changes or removes a seal.</summary>
public interface ILedgerSeals
{
    /// <summary>The newest seal, or null before the first.</summary>
    Task<LedgerSeal?> NewestAsync(CancellationToken cancellationToken = default);

    /// <summary>The seal with this number, or null.</summary>
    Task<LedgerSeal?> GetAsync(long number, CancellationToken cancellationToken = default);

    /// <summary>The seal over this position, or null if none reaches that far yet.</summary>
    Task<LedgerSeal?> FindAsync(long seq, CancellationToken cancellationToken = default);

    /// <summary>Seals by number.</summary>
    /// <param name="after">Only seals after this number; 0 for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<LedgerSeal> ReadSealsAsync(long after = 0, CancellationToken cancellationToken = default);

    /// <summary>Appends a seal, if it is the next one.</summary>
    /// <returns>False if there is a seal of this number by now, or none before it: nothing was written.</returns>
    Task<bool> AppendAsync(LedgerSeal seal, CancellationToken cancellationToken = default);

    /// <summary>Settled events by position: no event will ever appear between them or before the last of them.</summary>
    /// <param name="after">Only events after this position.</param>
    /// <param name="upTo">Only events up to this position.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<LedgerLeaf>> ReadLeavesAsync(long after, long upTo, int limit, CancellationToken cancellationToken = default);

    /// <summary>The event with this id, or null.</summary>
    Task<LedgerEvent?> FindEventAsync(Guid eventId, CancellationToken cancellationToken = default);
}
