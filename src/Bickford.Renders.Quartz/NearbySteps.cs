using System.Collections.Concurrent;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Runs a step that is due in the process that knows of it, without a trip through the tables that all processes share: that trip costs ten times as much as the step's own commit. It waits
/// a moment for a worker of its lane; then the others shall have it. The row is the guarantee: what dies with this process, reconcile finds. Creates have a way of their
/// own (<see cref="NearbyCreates"/>), for they have an order among all processes.
/// </summary>
internal sealed class NearbySteps(int looks, int transfers, Func<IStepRunner> runner, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>
    /// How long a step waits here: longer than most steps take, so that a busy process need not pay the trip for each; and shorter than
    /// <see cref="RenderOptions.ReconcileGrace"/>, after which others look for it.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>So many wait for each worker at most: more would not have their turn in time.</summary>
    public const int MostForEach = 64;

    private readonly Dictionary<StepLane, (NearbyLane Lane, int MostInLine)> _lanes = new()
    {
        [StepLane.Looks] = (new NearbyLane(looks), looks * MostForEach),
        [StepLane.Transfers] = (new NearbyLane(transfers), transfers * MostForEach),
    };

    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Takes the step; false: it is none for here, or too many wait.</summary>
    /// <param name="job">The step.</param>
    /// <param name="giveAway">Gives it to the other processes: called when no worker was free in time.</param>
    public bool TryRun(StepJob job, Func<StepJob, Task> giveAway)
    {
        if (_stopping.IsCancellationRequested || !_lanes.TryGetValue(StepLanes.Of(job.Step), out var here) || here.Lane.TryEnter(StepTriggers.OrderOf(job), here.MostInLine) is not { } place)
            return false;
        var run = Task.Run(() => RunAsync(job, place, giveAway), CancellationToken.None);
        _running.TryAdd(run, true);
        _ = run.ContinueWith(done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    /// <summary>Waits for a worker for a step that came through the shared tables; disposed, the worker is free.</summary>
    public async Task<IDisposable?> EnterAsync(StepJob job, CancellationToken cancellationToken)
    {
        if (!_lanes.TryGetValue(StepLanes.Of(job.Step), out var here))
            return null;
        var place = here.Lane.TryEnter(StepTriggers.OrderOf(job))!;
        if (await place.HasTurnAsync(Timeout.InfiniteTimeSpan, clock, cancellationToken))
            return place;
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Tells all running steps, and waits for them. What waits for a worker is left to the rows.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Keys);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(StepJob job, NearbyLane.Place place, Func<StepJob, Task> giveAway)
    {
        using (place)
        {
            var hasTurn = await place.HasTurnAsync(Patience, clock, _stopping.Token);
            if (_stopping.IsCancellationRequested)
                return;
            if (hasTurn)
            {
                await StepExecution.RunAsync(runner(), job, logger, _stopping.Token);
                return;
            }
        }

        try
        {
            await giveAway(job);
        }
        catch (Exception e)
        {
            logger.LogWarning("Step {Step} of render {RenderId} is due but cannot be stored; reconcile hands it over: {Problem}", job.Step, job.RenderId, OneLine.Of(e));
        }
    }
}
