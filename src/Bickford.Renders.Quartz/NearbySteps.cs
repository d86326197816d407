using System.Collections.Concurrent;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Runs a step that is due in the process that knows of it, without a trip through the tables that all processes share: that trip costs ten times as much as the step's own commit. It waits
/// for a worker of its lane. The row is the guarantee, and how work is shared: a lane with workers to spare asks the rows once a second for what has been due that long, whichever process
/// was told of it; what dies with this process, reconcile finds. Creates have a way of their own (<see cref="NearbyCreates"/>), for they have an order among all processes.
/// </summary>
/// <param name="looks">Workers of the lane of looks.</param>
/// <param name="transfers">Workers of the lane of transfers.</param>
/// <param name="runner">Runs a step.</param>
/// <param name="rows">Hands over what others cannot run.</param>
/// <param name="clock">Measures the second.</param>
/// <param name="logger">Told of failures.</param>
internal sealed class NearbySteps(int looks, int transfers, Func<IStepRunner> runner, Func<IReconciler> rows, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>How often a lane with workers to spare asks the rows.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>How soon again after an answer that gave as much as was asked for: short steps leave the workers idle long before a second is over.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    /// <summary>So many wait for each worker at most: more would only fill memory, and the rows know of them.</summary>
    public const int MostForEach = 64;

    private readonly Dictionary<StepLane, (NearbyLane Lane, int MostInLine)> _lanes = new()
    {
        [StepLane.Looks] = (new NearbyLane(looks), looks * MostForEach),
        [StepLane.Transfers] = (new NearbyLane(transfers), transfers * MostForEach),
    };

    private readonly ConcurrentDictionary<(Guid Render, RenderStep Step, long Version), Task> _here = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _asking = Task.CompletedTask;

    /// <summary>From now on the rows are asked.</summary>
    public void Start() => _asking = Task.Run(AskAsync);

    /// <summary>Takes the step, or leaves it to the rows where it is here already or too many wait; false: it is none for here.</summary>
    public bool TryRun(StepJob job)
    {
        if (_stopping.IsCancellationRequested || !_lanes.TryGetValue(StepLanes.Of(job.Step), out var here))
            return false;
        var key = (job.RenderId, job.Step, job.Version);
        // Nothing runs before the step is known to be here.
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_here.TryAdd(key, known.Task))
            return true;
        if (here.Lane.TryEnter(StepTriggers.OrderOf(job), here.MostInLine) is not { } place)
        {
            _here.TryRemove(key, out _);
            return true;
        }

        _here[key] = Task.Run(async () =>
        {
            await known.Task;
            try
            {
                await RunAsync(job, place);
            }
            finally
            {
                _here.TryRemove(key, out _);
            }
        });
        known.SetResult();
        return true;
    }

    /// <summary>Waits for a worker for a step that came through the shared tables; disposed, the worker is free.</summary>
    public async Task<IDisposable?> EnterAsync(StepJob job, CancellationToken cancellationToken)
    {
        if (!_lanes.TryGetValue(StepLanes.Of(job.Step), out var here))
            return null;
        var place = here.Lane.TryEnter(StepTriggers.OrderOf(job))!;
        if (await place.HasTurnAsync(cancellationToken))
            return place;
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Tells all running steps, and waits for them. What waits for a worker is left to the rows.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _asking;
        await Task.WhenAll(_here.Values);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(StepJob job, NearbyLane.Place place)
    {
        using (place)
        {
            if (await place.HasTurnAsync(_stopping.Token) && !_stopping.IsCancellationRequested)
                await StepExecution.RunAsync(runner(), job, logger, _stopping.Token);
        }
    }

    // An upload is best left to the process that has the staged files; reconcile gives it to others when that one is gone.
    private async Task AskAsync()
    {
        var mayHaveMore = false;
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(mayHaveMore ? Soon : Every, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var looks = await MayHaveMoreAsync(RenderStep.Poll, _lanes[StepLane.Looks].Lane);
            var downloads = await MayHaveMoreAsync(RenderStep.Download, _lanes[StepLane.Transfers].Lane);
            mayHaveMore = looks || downloads;
        }
    }

    private async Task<bool> MayHaveMoreAsync(RenderStep step, NearbyLane lane)
    {
        if (lane.Free is not (> 0 and var free) || _stopping.IsCancellationRequested)
            return false;
        try
        {
            return await rows().HandOverDueAsync(step, free, _stopping.Token) >= free;
        }
        catch (Exception e)
        {
            // The rows cannot be reached, which others say; or the shutdown came.
            logger.LogDebug(e, "The rows were not asked for what is due");
            return false;
        }
    }
}
