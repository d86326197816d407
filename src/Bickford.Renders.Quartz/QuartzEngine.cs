using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Quartz schedulers that work as one: <see cref="Clock"/> holds what is not due yet, and one for each <see cref="StepLane"/>
/// runs what is, with threads of its own. They are separate because
/// Quartz's own execution limits miss wake-ups in memory: in 4.7.3 a scheduler with spare threads and a group at its limit sleeps
/// for its idle time although jobs of that group are due.
/// <para>
/// With a <see cref="ClusteredStore"/> all processes share what is due. A process runs what it knows of, and asks the rows for what others cannot run
/// (<see cref="NearbySteps"/>, <see cref="NearbyCreates"/>); only what is handed in by a process that runs nothing, or must be a job of its own
/// (<see cref="RenderOptions.CarryOn"/>, a limit of renders in flight), goes through the tables of the latter schedulers, which are those of the same name in all processes. The clock stays in memory, so that
/// no batch of Quartz's can start a job before its time. What a dead process waited for, reconcile finds.
/// </para>
/// <para>
/// Asking works before the host has started (the jobs wait), in a process that never starts it (jobs in memory are forgotten with the
/// process; whoever runs the worker finds the rows), and after it has stopped (the rows are what the next start goes by).
/// </para>
/// </summary>
internal sealed class QuartzEngine(IServiceProvider services, TimeProvider time, ILogger<QuartzEngine> logger, ClusteredStore? shared = null, NearbySteps? nearby = null, NearbyCreates? creates = null)
    : IJobScheduler, IHostedLifecycleService
{
    public const string Clock = "renders-clock";
    public const string Creates = "renders-creates";
    public const string Api = "renders-api";
    public const string Transfers = "renders-transfers";

    private readonly Dictionary<string, Lazy<Task<IScheduler>>> _schedulers = new[] { Clock, Creates, Api, Transfers }.ToDictionary(
        name => name,
        name => new Lazy<Task<IScheduler>>(() => services.GetRequiredKeyedService<ISchedulerFactory>(name).GetScheduler(CancellationToken.None).AsTask()));

    private volatile bool _started;
    private volatile bool _stopped;

    /// <summary>The workers of this process for steps that need not go through the tables that all processes share; null where all must, or none need.</summary>
    public NearbySteps? Nearby => nearby;

    public async Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        foreach (var job in jobs.Where(job => job.DueAt > now))
            await StoreAsync(Clock, StepTriggers.Timer(job), cancellationToken);
        foreach (var due in jobs.Where(job => job.DueAt <= now).GroupBy(QueueOf))
            await ReleaseAsync(due.Key, [.. due], cancellationToken);
    }

    /// <summary>Lets a job that is due run as soon as a worker is free.</summary>
    public Task ReleaseAsync(StepJob job, CancellationToken cancellationToken) => ReleaseAsync(QueueOf(job), [job], cancellationToken);

    // The factories give nothing away once their scheduler has been shut down, so all are asked in time.
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(_schedulers.Values.Select(scheduler => scheduler.Value));

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var scheduler in _schedulers.Values)
            await (await scheduler.Value).Start(cancellationToken);
        creates?.Start();
        nearby?.Start();
        _started = true;
    }

    /// <summary>Tells all running steps at once, and waits for them as long as the host allows.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        var shutdowns = _schedulers.Values.Select(async scheduler => await (await scheduler.Value).Shutdown(waitForJobsToComplete: true, CancellationToken.None))
            .Append(nearby?.StopAsync() ?? Task.CompletedTask)
            .Append(creates?.StopAsync() ?? Task.CompletedTask);
        try
        {
            await Task.WhenAll(shutdowns).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Some steps did not end within HostOptions.ShutdownTimeout; their renders go on after the next start, when their leases have run out");
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string QueueOf(StepJob job) => StepLanes.Of(job.Step) switch
    {
        StepLane.Creates => Creates,
        StepLane.Transfers => Transfers,
        _ => Api,
    };

    private async Task ReleaseAsync(string queue, IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken)
    {
        if (creates is not null && queue == Creates)
        {
            foreach (var job in jobs)
                creates.Hint(job);
            return;
        }

        if (shared is not null && nearby is not null && _started && !_stopped)
            jobs = [.. jobs.Where(job => !nearby.TryRun(job))];
        if (jobs.Count > 0)
            await StoreDueAsync(queue, jobs, cancellationToken);
    }

    private async Task StoreDueAsync(string queue, IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken)
    {
        var triggers = jobs.Select(StepTriggers.Ready).ToList();
        if (shared is null)
        {
            foreach (var trigger in triggers)
                await StoreAsync(queue, trigger, cancellationToken);
            return;
        }

        // One job is what a step asks for after its commit, and new; many are what reconcile asks for, and mostly there.
        var stored = jobs.Count == 1
            ? new Dictionary<string, bool>()
            : await shared.StoredAsync(queue, [.. triggers.Select(trigger => trigger.Key.Name)], cancellationToken);
        foreach (var trigger in triggers)
        {
            if (!stored.TryGetValue(trigger.Key.Name, out var givenUp))
                await ShareAsync(queue, trigger, cancellationToken);
            else if (givenUp)
                await StoreAsync(queue, trigger, cancellationToken, TriggerConflict.Replace);
        }
    }

    // Any other way to treat a conflict than to throw takes the lock of the whole cluster.
    private async Task ShareAsync(string queue, ITrigger trigger, CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(queue, trigger, cancellationToken, TriggerConflict.Throw);
        }
        catch (SchedulerException e) when (ClusteredStore.IsDuplicate(e))
        {
            if ((await shared!.StoredAsync(queue, [trigger.Key.Name], cancellationToken)).GetValueOrDefault(trigger.Key.Name))
                await StoreAsync(queue, trigger, cancellationToken, TriggerConflict.Replace);
        }
    }

    private async Task StoreAsync(string name, ITrigger trigger, CancellationToken cancellationToken, TriggerConflict conflict = TriggerConflict.Keep)
    {
        if (_stopped)
            return;
        var scheduler = await _schedulers[name].Value;
        try
        {
            await scheduler.ScheduleTrigger(trigger, conflict, cancellationToken);
        }
        catch (SchedulerException) when (_stopped)
        {
            // The stop came in between.
        }
    }
}
