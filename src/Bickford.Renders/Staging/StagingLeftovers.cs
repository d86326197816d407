using System.Runtime.CompilerServices;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Staging;

/// <summary>A render's staged files that nobody will ask for.</summary>
/// <param name="RenderId">The render.</param>
/// <param name="Path">Their folder.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="Why">Why nobody will.</param>
internal sealed record StagingLeftover(Guid RenderId, string Path, long Bytes, string Why);

/// <summary>
/// Finds staged files that nobody will ask for: their render is past Upload, or gone, or stopped in its download long ago. A crash after Upload's
/// commit leaves the first kind, a render that another node took over too.
/// </summary>
internal sealed class StagingLeftovers(StagingFolder staging, IRenderStore store, TimeProvider clock)
{
    private static readonly TimeSpan KeepStopped = TimeSpan.FromDays(1);

    public async IAsyncEnumerable<StagingLeftover> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var id in staging.List())
        {
            if (Why(await store.GetAsync(id, cancellationToken), clock.GetUtcNow()) is { } why)
                yield return new StagingLeftover(id, staging.PathOf(id), staging.BytesOf(id), why);
        }
    }

    public void Remove(StagingLeftover leftover) => staging.Remove(leftover.RenderId);

    private static string? Why(Render? row, DateTimeOffset now) => row switch
    {
        null => "there is no such render",
        { Status: RenderStatus.Completed or RenderStatus.Cancelled } => $"the render is {row.Status}",
        { Step: RenderStep.Record } => "the files are in the video store",
        { Step: not RenderStep.Upload, FinishedAt: { } ended } when ended < now - KeepStopped => $"the render stopped at {row.Step} more than a day ago",
        _ => null,
    };
}
