using Bickford.Renders.Pacing;
using Bickford.Renders.Ports;
using Bickford.Renders.Staging;
using Bickford.Renders.Steps;
using Bickford.Renders.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Queue;

/// <summary>Makes up for engines that forget: hands rows over again. Runs in every process; running twice at once does no harm.</summary>
internal sealed class Reconciler(
    IRenderStore store,
    IJobScheduler scheduler,
    CreateRoom room,
    CreateBudget budget,
    WaitingRemixes remixes,
    IRenders renders,
    StagingLeftovers staging,
    IVideoStore videos,
    RenderOptions options,
    TimeProvider clock,
    ILogger<Reconciler> logger) : IReconciler
{
    private const int Batch = 500;
    // Longer than most steps wait for a worker of the process that knows of them.
    private static readonly TimeSpan Neighbourly = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);
    private long _sweptAt;
    private StepJob? _after;

    public async Task<int> ReconcileAsync(CancellationToken cancellationToken)
    {
        // A run goes on where the one before ended: behind a backlog that the engine knows of, a job that it lost must be found too.
        var overdue = await store.ListOverdueAsync(clock.GetUtcNow() - options.ReconcileGrace, Batch, _after, cancellationToken);
        _after = overdue.Count == Batch ? overdue[^1] : null;
        if (overdue.Count > 0)
        {
            logger.LogDebug("Reconcile: {Count} overdue rows go to the engine again", overdue.Count);
            await scheduler.ScheduleAsync(overdue, cancellationToken);
            RenderTelemetry.Reconciled(overdue.Select(job => job.Step));
        }

        await room.FillAsync(cancellationToken);
        await remixes.WakeAllAsync(cancellationToken);
        if (_sweptAt == 0 || clock.GetElapsedTime(_sweptAt) >= SweepEvery)
        {
            _sweptAt = clock.GetTimestamp();
            await SweepAsync(cancellationToken);
        }

        // Last: should one of those that were parked not be resumable, nothing else waits for it.
        await budget.ResumeAsync(id => renders.ResumeAsync(id, "budget", cancellationToken), cancellationToken);
        return overdue.Count;
    }

    public async Task<int> HandOverDueAsync(RenderStep step, int limit, CancellationToken cancellationToken)
    {
        var due = await store.ListDueAsync(step, clock.GetUtcNow() - Neighbourly, Batch, cancellationToken);
        StepJob[] first = [.. due.OrderByDescending(job => job.Priority).ThenBy(job => job.Turn).ThenBy(job => job.DueAt).Take(limit)];
        if (first.Length > 0)
            await scheduler.ScheduleAsync(first, cancellationToken);
        return first.Length;
    }

    public async Task<int> HandOverAllAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        Guid? after = null;
        while (true)
        {
            var page = await store.ListOpenAsync(after, Batch, cancellationToken);
            if (page.Count == 0)
                return total;
            await scheduler.ScheduleAsync(page, cancellationToken);
            total += page.Count;
            after = page[^1].RenderId;
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var leftover in staging.FindAsync(cancellationToken))
                staging.Remove(leftover);
            await videos.SweepAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VideoStoreException)
        {
            // Left-overs cost space and nothing else: they wait for the next sweep.
            logger.LogWarning("Left-overs could not be cleared: {Error}", e.Message);
        }
    }
}
