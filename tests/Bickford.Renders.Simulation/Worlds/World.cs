using Bickford.Renders.Simulation.Checks;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.People;
using Bickford.Renders.Simulation.Plants;
using Bickford.Renders.Simulation.Providers;
using Bickford.Renders.Simulation.Time;
using Bickford.Renders.Simulation.Workers;

namespace Bickford.Renders.Simulation.Worlds;

/// <summary>What came of a world.</summary>
/// <param name="Seed">What it followed from.</param>
/// <param name="Problems">What is broken; empty when every promise held.</param>
/// <param name="Schedule">What went wrong, in order.</param>
/// <param name="Struck">The same, by places in the table of faults.</param>
/// <param name="Hash">Of everything that happened and everything that is left.</param>
/// <param name="Events">How many things happened.</param>
/// <param name="Took">Virtual time.</param>
/// <param name="About">What the world was like.</param>
internal sealed record WorldResult(
    ulong Seed, IReadOnlyList<string> Problems, IReadOnlyList<string> Schedule, IReadOnlyList<int> Struck, ulong Hash, long Events, TimeSpan Took, string About)
{
    public bool IsBroken => Problems.Count > 0;
}

/// <summary>One world: a provider, a database, a video store, machines with workers, and people; all of it from one seed, on one thread.</summary>
internal sealed class World : IDisposable
{
    private const long MostEvents = 200_000;
    private readonly List<string> _problems = [];

    public World(ulong seed, Plant plant, TextWriter? lines = null)
    {
        Seed = seed;
        Plant = plant;
        var dice = new Dice(seed);
        dice.Next();
        Clock = new Clockwork(dice.Fork());
        Trace = new Trace(Clock, lines);
        Plan = new WorldPlan(dice.Fork(), [.. Aims.Of(seed), .. plant.Aims]);
        Dice = dice.Fork();
        Dealer = new FaultDealer(this, dice.Fork());
        Watch = new Watch(this);
        Provider = new Provider(this, dice.Fork());
        Engine = new SimulatedEngine(this);
        Callers = new Callers(this, dice.Fork());
        Operator = new Operator(this, dice.Fork());
        Workers = [.. Enumerable.Range(1, Plan.Workers).Select(number => new Worker(this, number))];
    }

    public ulong Seed { get; }

    public Plant Plant { get; }

    public Clockwork Clock { get; }

    public Trace Trace { get; }

    public WorldPlan Plan { get; }

    public Dice Dice { get; }

    public FaultDealer Dealer { get; }

    public Watch Watch { get; }

    public Provider Provider { get; }

    public Bucket Bucket { get; } = new();

    public SimulatedEngine Engine { get; }

    public SimulatedDatabase Database { get; } = new();

    public Callers Callers { get; }

    public Operator Operator { get; }

    public IReadOnlyList<Worker> Workers { get; }

    public bool IsCalm => Dealer.IsCalm;

    public static string Short(Guid id) => id.ToString("N")[^8..];

    /// <summary>Something is not as it was promised.</summary>
    public void Break(string problem)
    {
        if (_problems.Count < 20)
            _problems.Add(problem);
        Trace.Note(null, "BROKEN", null, problem);
    }

    /// <summary>Lets the world run its course, and looks at what is left.</summary>
    public WorldResult Run()
    {
        try
        {
            foreach (var worker in Workers)
                Clock.In(Dice.Seconds(0, 5), null, worker.Start);
            Callers.Begin();
            Operator.Begin();
            Clock.In(Plan.Storm * 0.4, null, RaiseBudget);
            RunUntil(() => Clock.Elapsed >= Plan.Storm, "the storm");
            BecomeCalm();
            RunToRest("everything to come to rest");
            Operator.Heal();
            RunToRest("what people mended to come to rest");
            if (_problems.Count == 0)
                Promises.Check(this);
        }
        catch (PromiseBrokenException e)
        {
            Break(e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Break(e.ToString());
        }

        return new WorldResult(Seed, _problems, Dealer.Schedule, Dealer.Struck, Remains.Hash(this), Clock.Count, Clock.Elapsed, About());
    }

    public void Dispose() => Database.Dispose();

    // Done by a new start of the workers in the product; here it is enough that those who run learn of it.
    private void RaiseBudget()
    {
        if (Plan.Budget is { } budget && Database.Number("SELECT coalesce(sum(round(cost * 1000000)), 0) FROM renders WHERE create_started_at IS NOT NULL") > budget * 1_000_000)
            Break($"1. Never pay twice: more than {budget} was spent, which was all that might be");
        Plan.IsBudgetRaised = true;
        foreach (var worker in Workers)
        {
            if (worker.Life is not null)
                worker.Parts.Options.Budget.PerDay = null;
        }
    }

    private void BecomeCalm()
    {
        Trace.Note(null, "calm");
        Dealer.IsCalm = true;
        foreach (var worker in Workers.Where(worker => worker.Life is null))
            worker.StartSoon();
    }

    private void RunToRest(string what)
    {
        var until = Clock.Now + TimeSpan.FromHours(1.5);
        var next = Clock.Now;
        RunUntil(() =>
        {
            if (Clock.Now < next)
                return false;
            next = Clock.Now + TimeSpan.FromSeconds(5);
            if (Clock.Now >= until)
                throw new PromiseBrokenException($"3. Never stuck in silence: still waiting after 1.5 hours for {what}: {Remains.Open(this)}");
            return Callers.AreDone && Operator.IsIdle && Remains.Open(this).Length == 0;
        }, what);
    }

    private void RunUntil(Func<bool> done, string what)
    {
        while (_problems.Count == 0 && !done())
        {
            if (!Clock.Next())
                throw new PromiseBrokenException($"3. Never stuck in silence: nothing will ever happen again, waiting for {what}: {Remains.Open(this)}");
            if (Clock.Count > MostEvents)
                throw new PromiseBrokenException($"3. Never stuck in silence: more than {MostEvents} things happened while waiting for {what}: it goes round in circles");
        }
    }

    private string About() =>
        $"{Plan.Workers} workers, {(Plan.SharedEngine ? "a shared engine" : "engines in memory")}, provider {Provider.Habits}";
}

/// <summary>A promise that was found broken where nothing can go on.</summary>
internal sealed class PromiseBrokenException(string message) : Exception(message);
