using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Ledger;

/// <summary>Seals what is settled, and copies the seals to the video store. Does nothing over a row store of somebody else's that has no seals.</summary>
internal sealed class LedgerSealer(IVideoStore store, RenderOptions options, TimeProvider clock, ILogger<LedgerSealer> logger, ILedgerSeals? seals = null) : ILedgerSealer
{
    // What is left over after so many blocks, the next run seals.
    private const int MostBlocks = 1_000;

    // What this process has seen copied: with nothing new, a run asks the store for nothing.
    private long _copied;

    public async Task<SealRun> SealAsync(CancellationToken cancellationToken = default)
    {
        if (seals is null)
            return new SealRun(0, 0, 0, null);
        var (written, events) = (0, 0L);
        for (var blocks = 0; blocks < MostBlocks; blocks++)
        {
            var before = await seals.NewestAsync(cancellationToken);
            var leaves = await seals.ReadLeavesAsync(before?.LastSeq ?? 0, long.MaxValue, options.Ledger.SealMaxEvents, cancellationToken);
            if (leaves.Count == 0)
                break;
            var seal = LedgerSeal.Over(before, leaves, clock.GetUtcNow());
            // Another worker's seal of this number is as good: go on behind it.
            if (await seals.AppendAsync(seal, cancellationToken))
                (written, events) = (written + 1, events + seal.Events);
            if (leaves.Count < options.Ledger.SealMaxEvents)
                break;
        }

        var (copies, fault) = await CopyAsync(seals, cancellationToken);
        if (written + copies > 0)
            logger.LogDebug("Sealed {Events} events under {Seals} seals, wrote {Copies} copies", events, written, copies);
        return new SealRun(written, events, copies, fault);
    }

    public Task<SealCopiesReport> VerifyCopiesAsync(CancellationToken cancellationToken = default) => seals is null
        ? Task.FromResult(new SealCopiesReport(0, 0, 0, null, 0))
        : new SealCopies(seals, store).VerifyAsync(cancellationToken);

    private async Task<(int Copies, LedgerFault? Fault)> CopyAsync(ILedgerSeals seals, CancellationToken cancellationToken)
    {
        if (await seals.NewestAsync(cancellationToken) is not { } newest || newest.Number == Volatile.Read(ref _copied))
            return (0, null);
        var (copies, fault) = await new SealCopies(seals, store).WriteMissingAsync(newest, cancellationToken);
        RenderTelemetry.LedgerChecked("seal_copies", fault is null ? 0 : 1);
        if (fault is null)
            Volatile.Write(ref _copied, newest.Number);
        else
            logger.LogError("The ledger does not fit its copies outside of the database: {Problem}; run 'renders ledger verify'", fault.Problem);
        return (copies, fault);
    }
}
