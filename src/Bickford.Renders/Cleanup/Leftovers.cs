using System.Runtime.CompilerServices;
using Bickford.Renders.Ports;
using Bickford.Renders.Staging;

namespace Bickford.Renders.Cleanup;

/// <summary>What crashes left behind: on this node's disk, and in the video store. It never counted as stored, so the ledger has nothing to say about it.</summary>
internal sealed class Leftovers(StagingLeftovers staging, IVideoStore videos)
{
    public async IAsyncEnumerable<DueDeletion> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var leftover in staging.FindAsync(cancellationToken))
        {
            yield return new DueDeletion(
                new CleanupItem(CleanupKind.Staging, leftover.Path, leftover.Why, CleanupOutcome.Planned) { RenderId = leftover.RenderId, Bytes = leftover.Bytes },
                Nothing,
                _ =>
                {
                    staging.Remove(leftover);
                    return Nothing(default);
                });
        }

        // They go together: the store clears them in one sweep.
        foreach (var leftover in await videos.ListLeftoversAsync(cancellationToken))
        {
            yield return new DueDeletion(
                new CleanupItem(CleanupKind.Leftover, leftover.Name, leftover.Since is { } since ? $"left behind since {since:yyyy-MM-dd HH:mm} UTC" : "left behind by a crash", CleanupOutcome.Planned) { Bytes = leftover.Bytes },
                Nothing,
                async token =>
                {
                    await videos.SweepAsync(token);
                    return null;
                });
        }
    }

    private static Task<string?> Nothing(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
