namespace Bickford.Renders.Ledger;

/// <summary>
/// Recomputes every chain and compares it with the rows. Reads a snapshot once, in order, and keeps one event at a time.
/// What an unsealed ledger cannot show: a chain that was rewritten to its end together with its row.
/// </summary>
public static class LedgerVerifier
{
    /// <summary>Verifies a snapshot.</summary>
    public static async Task<LedgerReport> VerifyAsync(LedgerSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        var faults = new LedgerFaults();
        var (events, streams) = await VerifyChainsAsync(snapshot, faults, cancellationToken);
        if (snapshot.Positions is { } positions)
            await VerifyPositionsAsync(positions, snapshot.LastPosition, faults, cancellationToken);
        faults.Close();
        return new LedgerReport(faults.Count == 0, events, streams, faults.First, faults.Count);
    }

    private static async Task<(long Events, long Streams)> VerifyChainsAsync(LedgerSnapshot snapshot, LedgerFaults faults, CancellationToken cancellationToken)
    {
        long events = 0, streams = 0;
        StreamVerifier? stream = null;
        await using var heads = snapshot.Heads.GetAsyncEnumerator(cancellationToken);
        var more = await heads.MoveNextAsync();

        await foreach (var item in snapshot.Events.WithCancellation(cancellationToken))
        {
            events++;
            if (stream?.Name != item.Stream)
            {
                stream?.End();
                streams++;
                while (more && string.CompareOrdinal(heads.Current.Stream, item.Stream) < 0)
                {
                    WithoutEvents(heads.Current, faults);
                    more = await heads.MoveNextAsync();
                }

                var own = more && heads.Current.Stream == item.Stream;
                stream = new StreamVerifier(item.Stream, own ? heads.Current : null, faults);
                more = own ? await heads.MoveNextAsync() : more;
            }

            stream.Next(item);
        }

        stream?.End();
        for (; more; more = await heads.MoveNextAsync())
            WithoutEvents(heads.Current, faults);
        return (events, streams);
    }

    private static void WithoutEvents(LedgerHead head, LedgerFaults faults) =>
        faults.AddHole(0, long.MaxValue, head.Stream, "the row of this render is there, but none of its events");

    private static async Task VerifyPositionsAsync(IAsyncEnumerable<long> positions, long last, LedgerFaults faults, CancellationToken cancellationToken)
    {
        long newest = 0;
        await foreach (var position in positions.WithCancellation(cancellationToken))
        {
            if (position > newest + 1)
                faults.AddGap(newest + 1, position - 1);
            else if (position <= newest)
                faults.Add(position, new LedgerFault(position, null, null, $"position {position} was never given by the ledger, which counts from 1"));
            newest = Math.Max(newest, position);
        }

        if (last > newest)
            faults.AddGap(newest + 1, last);
        else if (last < newest)
            faults.Add(newest, new LedgerFault(newest, null, null, $"the database has given positions up to {last} only: this one was not appended by it"));
    }
}
