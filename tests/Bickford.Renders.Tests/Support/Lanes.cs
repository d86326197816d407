using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Support;

/// <summary>
/// An engine as they all are, in virtual time: each lane has its workers, and of what is due takes the highest priority, then the earliest turn, then what is due longest. Time moves to the next
/// moment that anybody waits for, once all workers wait.
/// </summary>
internal sealed class Lanes(World world, OneThread thread)
{
    public const int PerLane = 8;
    private static readonly TimeSpan ReconcileEvery = TimeSpan.FromSeconds(2);

    private readonly HashSet<(Guid, RenderStep, long)> _known = [];
    private readonly Dictionary<StepLane, SortedSet<StepJob>> _due = Enum.GetValues<StepLane>().ToDictionary(lane => lane, _ => new SortedSet<StepJob>(Comparer<StepJob>.Create(Compare)));
    private readonly Dictionary<StepLane, List<Task>> _running = Enum.GetValues<StepLane>().ToDictionary(lane => lane, _ => new List<Task>());
    private readonly PriorityQueue<StepJob, DateTimeOffset> _timers = new();
    private DateTimeOffset _reconcileAt = world.Clock.GetUtcNow();

    /// <summary>Jobs that were run.</summary>
    public int Runs { get; private set; }

    /// <summary>Jobs under way.</summary>
    public int Running => _running.Values.Sum(tasks => tasks.Count);

    /// <summary>Works until this holds; fails when it does not within so much virtual time.</summary>
    public void Until(Func<bool> condition, TimeSpan within)
    {
        var giveUp = world.Clock.GetUtcNow() + within;
        while (!condition())
        {
            world.Clock.GetUtcNow().ShouldBeLessThan(giveUp, "it takes too long");
            Work();
        }
    }

    private void Work()
    {
        var now = world.Clock.GetUtcNow();
        if (now >= _reconcileAt)
        {
            thread.Now(world.Reconciler.ReconcileAsync(CancellationToken.None));
            _reconcileAt = now + ReconcileEvery;
        }

        Take(now);
        if (Start() | Settle())
            return; // somebody has ended, and another may begin
        DateTimeOffset?[] moments = [_reconcileAt, world.Clock.Next, _timers.TryPeek(out _, out var due) ? due : null];
        world.Clock.AdvanceTo(moments.Min()!.Value);
    }

    private void Take(DateTimeOffset now)
    {
        foreach (var job in world.Scheduler.Jobs)
        {
            if (_known.Add(KeyOf(job)))
                _timers.Enqueue(job, job.DueAt);
        }

        world.Scheduler.Jobs.Clear();
        while (_timers.TryPeek(out var job, out var due) && due <= now)
            _due[StepLanes.Of(job.Step)].Add(_timers.Dequeue());
    }

    private bool Start()
    {
        var started = false;
        foreach (var (lane, jobs) in _due)
        {
            while (_running[lane].Count < PerLane && jobs.Min is { } job)
            {
                jobs.Remove(job);
                _known.Remove(KeyOf(job));
                _running[lane].Add(world.Runner.RunAsync(job, CancellationToken.None));
                Runs++;
                started = true;
            }
        }

        return started;
    }

    /// <summary>Until each run has ended or waits for its turn, with its lease kept: two timers, or one and a place in the line (looks must not be merged: they keep a lease for each render). Or for the end of a pause, without a lease: one.</summary>
    private bool Settle()
    {
        var tasks = _running.Values.SelectMany(running => running).ToList();
        thread.Until(() => world.Clock.Waiting + world.Pacing.InLine >= tasks.Count(task => !task.IsCompleted) * (IsPaused ? 1 : 2));
        var ended = 0;
        foreach (var running in _running.Values)
        {
            foreach (var task in running.Where(task => task.IsCompleted).ToList())
            {
                task.GetAwaiter().GetResult();
                running.Remove(task);
                ended++;
            }
        }

        return ended > 0;
    }

    private bool IsPaused => thread.Now(world.Store.PauseLeftAsync()).Left > TimeSpan.Zero;

    private static int Compare(StepJob a, StepJob b) =>
        (-a.Priority, a.Turn, a.DueAt, a.RenderId, a.Step, a.Version).CompareTo((-b.Priority, b.Turn, b.DueAt, b.RenderId, b.Step, b.Version));

    private static (Guid, RenderStep, long) KeyOf(StepJob job) => (job.RenderId, job.Step, job.Version);
}
