using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>
/// Remixes that wait until their source has been rendered. Their rows say that they wait, and for whom; whoever sees a source's end hands those that wait for it to the engine, and
/// reconcile finds those that nobody has.
/// </summary>
internal sealed class WaitingRemixes(IRenderStore store, IJobScheduler scheduler, ILogger<WaitingRemixes> logger)
{
    private const int Batch = 500;

    /// <summary>Hands on those that wait for any of these, where it is settled. Only the quickest way: it never throws.</summary>
    public async Task WakeAsync(IEnumerable<Render> sources)
    {
        foreach (var source in sources.Where(RemixSource.IsSettled))
        {
            try
            {
                await HandOverAsync(source.Id, CancellationToken.None);
            }
            catch (Exception e)
            {
                logger.LogDebug(e, "Remixes of {Render} are left to reconcile", source.ShortId);
            }
        }
    }

    /// <summary>Hands on all whose source is settled. Two that do so at once do no harm.</summary>
    public Task WakeAllAsync(CancellationToken cancellationToken) => HandOverAsync(null, cancellationToken);

    private async Task HandOverAsync(Guid? source, CancellationToken cancellationToken)
    {
        var waiting = await store.ListWaitingForSourceAsync(source, Batch, cancellationToken);
        if (waiting.Count > 0)
            await scheduler.ScheduleAsync(waiting, cancellationToken);
    }
}
