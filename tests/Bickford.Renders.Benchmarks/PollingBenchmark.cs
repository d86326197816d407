using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Policies;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// Looks times lateness of ways to poll, over simulated times of rendering. With any fixed interval the product of the mean number of looks and the mean lateness is half
/// the mean time: that is the law, and 1.00 here.
/// </summary>
internal sealed class PollingBenchmark(int renders, int runs)
{
    private sealed record Way(string Name, Func<Simulated, TimeSpan> Next, bool Learns = false);

    private static readonly PollOptions Defaults = new();

    private static readonly Way[] Ways =
    [
        Fixed(1), Fixed(5), Fixed(20),
        new("exponential", s => Exponential(s.Looks) * (0.9 + 0.2 * s.Random.NextDouble())),
        new("learnt", s => LookSchedule.Next(s.Looks, s.Age, s.Plan, s.Progress, Defaults, null, s.Random.NextDouble()), Learns: true),
    ];

    private static readonly Provider[] Providers =
    [
        new("narrow", (r, _) => Near(r, 90, 0.05)),
        new("narrow, no progress", (r, _) => Near(r, 90, 0.05), Progress: _ => 0),
        new("wide", (r, _) => Near(r, 90, 0.8)),
        new("wide, no progress", (r, _) => Near(r, 90, 0.8), Progress: _ => 0),
        new("bimodal, no progress", (r, _) => r.NextDouble() < 0.6 ? Near(r, 40, 0.05) : Near(r, 240, 0.05), Progress: _ => 0),
        new("drifting, no progress", (r, i) => Near(r, 60 * Math.Pow(4, i), 0.08), Progress: _ => 0),
        new("unknown", (r, _) => 5 * Math.Pow(120, r.NextDouble()), Known: false),
        new("unknown, no progress", (r, _) => 5 * Math.Pow(120, r.NextDouble()), Progress: _ => 0, Known: false),
        new("unknown, stuck at 99 %", (r, _) => 5 * Math.Pow(120, r.NextDouble()), Progress: done => Math.Min(99, (int)(done * 400)), Known: false),
        new("unknown, jumps", (r, _) => 5 * Math.Pow(120, r.NextDouble()), Progress: done => done < 0.3 ? 0 : done < 0.8 ? 50 : 75, Known: false),
        new("narrow, jumps", (r, _) => Near(r, 90, 0.05), Progress: done => done < 0.3 ? 0 : done < 0.8 ? 50 : 75),
        new("narrow, stuck at 99 %", (r, _) => Near(r, 90, 0.05), Progress: done => Math.Min(99, (int)(done * 400))),
    ];

    public int Run(bool json)
    {
        var results = new List<object>();
        if (!json)
            Console.WriteLine($"{renders} renders a run, median of {runs} runs: looks a render, mean lateness, and their product as a multiple of half the mean time");
        foreach (var provider in Providers)
        {
            var cells = Ways.Select(way => Median(provider, way)).ToList();
            results.Add(new { provider = provider.Name, ways = Ways.Zip(cells, (way, cell) => new { way = way.Name, looks = cell.Looks, lateness_s = cell.Late, product = cell.Product }) });
            if (!json)
                Console.WriteLine($"{provider.Name,-24} {string.Join("  ", Ways.Zip(cells, (way, c) => string.Create(CultureInfo.InvariantCulture, $"{way.Name}: {c.Looks:0.0} × {c.Late:0.00} s = {c.Product:0.00}")))}");
        }

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(results));
        return 0;
    }

    private (double Looks, double Late, double Product) Median(Provider provider, Way way)
    {
        var all = Enumerable.Range(1, runs).Select(seed => RunOnce(provider, way, new Random(seed))).OrderBy(r => r.Product).ToList();
        return all[all.Count / 2];
    }

    private (double Looks, double Late, double Product) RunOnce(Provider provider, Way way, Random random)
    {
        var newest = new LinkedList<TimeSpan>();
        double looks = 0, late = 0, time = 0;
        LookPlan? plan = null;
        for (var i = 0; i < renders; i++)
        {
            var takes = provider.Time(random, (double)i / renders);
            if (way.Learns && provider.Known && i % 4 == 0)
                plan = LookPlan.Learn(newest, Defaults.Looks);
            var s = new Simulated(random, plan);
            while (s.Age.TotalSeconds < takes)
            {
                s.Age += way.Next(s);
                s.Looks++;
                s.Progress = s.Progress.Seen(Math.Min(100, provider.Shows(s.Age.TotalSeconds / takes)), s.Age);
            }

            looks += s.Looks;
            late += s.Age.TotalSeconds - takes;
            time += takes;
            // As servers tell it: in whole seconds.
            var accepted = random.NextDouble();
            newest.AddFirst(TimeSpan.FromSeconds(Math.Floor(accepted + takes) - Math.Floor(accepted)));
            if (newest.Count > LookPlan.MostRenders)
                newest.RemoveLast();
        }

        (looks, late, time) = (looks / renders, late / renders, time / renders);
        return (looks, late, looks * late / (time / 2));
    }

    private static TimeSpan Exponential(int looks) =>
        TimeSpan.FromSeconds(Math.Min(Defaults.First.TotalSeconds * Math.Pow(Defaults.Factor, looks), Defaults.Max.TotalSeconds));

    private static Way Fixed(int seconds) => new($"{seconds} s", _ => TimeSpan.FromSeconds(seconds));

    // Log-normal about a median.
    private static double Near(Random random, double median, double spread) =>
        median * Math.Exp(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private sealed record Provider(string Name, Func<Random, double, double> Time, Func<double, int>? Progress = null, bool Known = true)
    {
        public int Shows(double done) => Progress?.Invoke(done) ?? (int)(done * 100);
    }

    private sealed class Simulated(Random random, LookPlan? plan)
    {
        public Random Random { get; } = random;

        public LookPlan? Plan { get; } = plan;

        public TimeSpan Age { get; set; }

        public int Looks { get; set; }

        public SeenProgress Progress { get; set; }
    }
}
