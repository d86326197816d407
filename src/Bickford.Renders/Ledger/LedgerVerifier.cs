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
        var leaves = snapshot.Leaves is ILeafPages pages ? pages.ReadPagesAsync() : LeafPage.Of(snapshot.Leaves, cancellationToken);
        if (snapshot.LastPosition is { } last)
        {
            var gaps = new PositionVerifier(faults);
            await seals.VerifyAsync(snapshot.Seals, leaves, gaps.Next, cancellationToken);
            gaps.End(last);
        }
        else
        {
            await seals.VerifyAsync(snapshot.Seals, leaves, _ => { }, cancellationToken);
        }

        // What was read by position and not by stream, such as an event whose stream is null.
        if (seals.Leaves > events)
            faults.Add(long.MaxValue, new LedgerFault(null, null, null, $"{seals.Leaves - events} events stand in the ledger, but in no stream"));
        faults.Close();
        return new LedgerReport(faults.Count == 0, events, streams, faults.First, faults.Count) { Seals = seals.Seals, SealedEvents = seals.Events };
    }

    private static async Task<(long Events, long Streams)> VerifyChainsAsync(LedgerSnapshot snapshot, LedgerFaults faults, CancellationToken cancellationToken)
    {
        await using var heads = snapshot.Heads.GetAsyncEnumerator(cancellationToken);
        var chains = new ChainsVerifier(heads, faults);
        if (snapshot.Events is IEventPages pages)
        {
            await foreach (var page in pages.ReadPagesAsync().WithCancellation(cancellationToken))
                await chains.NextAsync(page);
        }
        else
        {
            await foreach (var item in snapshot.Events.WithCancellation(cancellationToken))
                await chains.NextAsync(item);
        }

        await chains.EndAsync();
        return (chains.Events, chains.Streams);
    }
}
