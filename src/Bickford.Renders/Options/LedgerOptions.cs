namespace Bickford.Renders;

/// <summary>How the ledger is sealed.</summary>
public sealed class LedgerOptions
{
    /// <summary>From the end of one run of the sealer to the start of the next: how long an event waits for its seal at most, unless a transaction stays open.</summary>
    /// <value>Setting <c>Ledger:SealEvery</c>; default 1 minute; 1 second to 1 day.</value>
    public TimeSpan SealEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Events under one seal at most. A proof has a hash for each doubling of it; and it is what a run of the sealer holds in memory, some 100 bytes each.</summary>
    /// <value>Setting <c>Ledger:SealMaxEvents</c>; default 10,000; 1 to 100,000.</value>
    public int SealMaxEvents { get; set; } = 10_000;
}
