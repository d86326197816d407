namespace Bickford.Renders.Ledger;

/// <summary>Walks along the positions of a database that leaves no gaps by itself, ascending.</summary>
/// <param name="faults">Where faults go.</param>
internal sealed class PositionVerifier(LedgerFaults faults)
{
    private long _newest;

    public void Next(long position)
    {
        if (position > _newest + 1)
            faults.AddGap(_newest + 1, position - 1);
        else if (position <= _newest)
            faults.Add(position, new LedgerFault(position, null, null, $"position {position} was never given by the ledger, which counts from 1"));
        _newest = Math.Max(_newest, position);
    }

    /// <param name="last">The newest position the database has ever given.</param>
    public void End(long last)
    {
        if (last > _newest)
            faults.AddGap(_newest + 1, last);
        else if (last < _newest)
            faults.Add(_newest, new LedgerFault(_newest, null, null, $"the database has given positions up to {last} only: this one was not appended by it"));
    }
}
