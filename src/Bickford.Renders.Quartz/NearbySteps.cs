using System.Collections.Concurrent;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Runs a step that is due in the process that knows of it, without a trip through the tables that all processes share: that trip costs ten times as much as the step's own commit. Only while a
/// worker of its lane is free; else the others shall have it. The row is the guarantee: what dies with this process, reconcile finds. Creates are not run so, for they
/// have an order among all processes.
/// </summary>
internal sealed class NearbySteps(int looks, int transfers, Func<IStepRunner> runner, ILogger logger) : IDisposable
{
    private readonly Dictionary<StepLane, SemaphoreSlim> _workers = new() { [StepLane.Looks] = new(looks, looks), [StepLane.Transfers] = new(transfers, transfers) };
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Begins to run the step; false: no worker is free.</summary>
    public bool TryRun(StepJob job)
    {
        if (_stopping.IsCancellationRequested || !_workers.TryGetValue(StepLanes.Of(job.Step), out var workers) || !workers.Wait(0))
            return false;
        var run = Task.Run(() => RunAsync(job, workers), CancellationToken.None);
        _running.TryAdd(run, true);
        _ = run.ContinueWith(done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    /// <summary>Waits for a worker for a step that came through the shared tables; disposed, the worker is free.</summary>
    public async Task<IDisposable?> EnterAsync(RenderStep step, CancellationToken cancellationToken)
    {
        if (!_workers.TryGetValue(StepLanes.Of(step), out var workers))
            return null;
        await workers.WaitAsync(cancellationToken);
        return new Place(workers);
    }

    /// <summary>Tells all running steps, and waits for them.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Keys);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        foreach (var workers in _workers.Values)
            workers.Dispose();
    }

    private async Task RunAsync(StepJob job, SemaphoreSlim workers)
    {
        try
        {
            await StepExecution.RunAsync(runner(), job, logger, _stopping.Token);
        }
        finally
        {
            workers.Release();
        }
    }

    private sealed class Place(SemaphoreSlim workers) : IDisposable
    {
        public void Dispose() => workers.Release();
    }
}
