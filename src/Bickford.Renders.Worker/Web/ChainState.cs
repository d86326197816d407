using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Web;

/// <summary>A render's events, and whether their hash chain fits together and fits the row.</summary>
/// <param name="Events">In order.</param>
/// <param name="Fault">The first thing that does not fit; null when everything does.</param>
/// <param name="IsWhole">Row and events were read as they were at one moment.</param>
internal sealed record ChainState(IReadOnlyList<LedgerEvent> Events, LedgerFault? Fault, bool IsWhole)
{
    // A render that is at work may change between two reads; it seldom does twice.
    private const int Tries = 3;

    public static async Task<ChainState> ReadAsync(ILedger ledger, IRenderStore store, Render render, CancellationToken cancellationToken)
    {
        var stream = LedgerHash.StreamOf(render.Id);
        var row = render;
        for (var tries = 1; ; tries++)
        {
            var events = new List<LedgerEvent>();
            await foreach (var one in ledger.ReadAsync(stream: stream, cancellationToken: cancellationToken))
                events.Add(one);
            // An event is not shown while an open transaction could still put another before it, so that the row may be ahead for a while.
            var shown = events.Count == 0 ? 0 : events[^1].RenderSeq;
            if (shown == row.LedgerSeq || tries == Tries)
                return new ChainState(events, shown < row.LedgerSeq ? null : await FaultAsync(row, events, cancellationToken), shown >= row.LedgerSeq);
            row = await store.GetAsync(render.Id, cancellationToken) ?? row;
        }
    }

    private static async Task<LedgerFault?> FaultAsync(Render row, List<LedgerEvent> events, CancellationToken cancellationToken) =>
        (await LedgerVerifier.VerifyAsync(
            new LedgerSnapshot
            {
                Events = events.Select(LedgerItem.Of).ToAsyncEnumerable(),
                Heads = new[] { LedgerHead.Of(row) }.ToAsyncEnumerable(),
                Leaves = AsyncEnumerable.Empty<LedgerLeaf>(),
                Seals = AsyncEnumerable.Empty<LedgerSeal>(),
            },
            cancellationToken)).FirstFault;
}
