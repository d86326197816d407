namespace Bickford.Renders.Ledger;

/// <summary>
/// Recomputes every chain and every seal and compares them with the rows. Reads a snapshot once, in order, and keeps one event at a time.
/// What the events after the newest seal cannot show: a chain that was rewritten to its end together with its row.
/// </summary>
public static class LedgerVerifier
{
    /// <summary>Verifies a snapshot.</summary>
    public static async Task<LedgerReport> VerifyAsync(LedgerSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        var faults = new LedgerFaults();
        var (events, streams) = await VerifyChainsAsync(snapshot, faults, cancellationToken);
        var seals = new SealVerifier(faults);
        if (snapshot.LastPosition is { } last)
        {
            var gaps = new PositionVerifier(faults);
            await seals.VerifyAsync(snapshot.Seals, snapshot.Leaves, gaps.Next, cancellationToken);
            gaps.End(last);
        }
        else
        {
            await seals.VerifyAsync(snapshot.Seals, snapshot.Leaves, _ => { }, cancellationToken);
        }

        faults.Close();
        return new LedgerReport(faults.Count == 0, events, streams, faults.First, faults.Count) { Seals = seals.Seals, SealedEvents = seals.Events };
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
}
