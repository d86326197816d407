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
        Guid[] settled = [.. sources.Where(RemixSource.IsSettled).Select(source => source.Id)];
        if (settled.Length == 0)
            return;
        try
        {
            await HandOverAsync(settled, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "Remixes that wait are left to reconcile");
        }
    }

    /// <summary>Hands on all whose source is settled. Two that do so at once do no harm.</summary>
    public Task WakeAllAsync(CancellationToken cancellationToken) => HandOverAsync(null, cancellationToken);

    private async Task HandOverAsync(IReadOnlyCollection<Guid>? sources, CancellationToken cancellationToken)
    {
        var waiting = await store.ListWaitingForSourceAsync(sources, Batch, cancellationToken);
        if (waiting.Count > 0)
            await scheduler.ScheduleAsync([.. waiting.Select(job => job with { IsWoken = true })], cancellationToken);
    }
}
