using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// Several worker processes under one limit of requests a minute, with more to do than it allows: by the provider's own record, how many came in the worst of all sliding minutes, how much of
/// the rate was used, and how soon all were silent after one of them had been told to slow down. The reference is the limit itself.
/// </summary>
internal sealed class PacingBenchmark(Arguments arguments, PostgresServer? postgres)
{
    private const double TargetShare = 0.95;
    private const double TargetSilence = 1;
    private const int RefusalRounds = 5;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(4);

    private readonly Report _report = new("pacing", arguments);
    private readonly List<LoggedRequest> _requests = [];
    private long _seen;

    public async Task<int> RunAsync()
    {
        var (workers, rate, minutes) = (arguments.Whole("--workers", 4), arguments.Whole("--requests-per-minute", 600), arguments.Whole("--minutes", 5));
        _report.Note(string.Create(CultureInfo.InvariantCulture, $"{workers} worker processes on {arguments.Choice("--db")}, {rate} requests a minute, {minutes} minutes of plenty of work, then {RefusalRounds} answers 429"));
        await using var world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = Planted.RenderTime, ContentLifetime = TimeSpan.FromHours(24) });
        Planted.UseOwnTimes(world);
        await using var database = postgres is null ? null : await postgres.CreateDatabaseAsync();
        if (database is not null)
            world.OnPostgreSql(database.ConnectionString);
        // Looks that are due all the time and ask for one request each: more than the limit allows.
        var now = TimeProvider.System.GetUtcNow();
        await new Planted(world, database?.ConnectionString).AddAsync(rate * (minutes + 4), _ => now - 2 * Planted.RenderTime, _ => now);
        world.Settings["Sora__RequestsPerMinute"] = rate.ToString(CultureInfo.InvariantCulture);
        world.Settings["Sora__Previews"] = "false";

        var processes = Enumerable.Range(0, workers).Select(_ => world.Start("serve")).ToList();
        try
        {
            await WatchAsync(world, processes, rate, minutes);
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }

        _report.NeverAbove("requests in the worst sliding minute, of the limit", 1);
        _report.AtLeast("of the rate that was used", TargetShare);
        _report.Under("seconds from a 429 to the last request of anybody", TargetSilence);
        _report.Write();
        return 0;
    }

    private async Task WatchAsync(World world, List<RendersProcess> processes, int rate, int minutes)
    {
        _seen = world.Simulator.Requests.Total;
        await Eventually.HoldsAsync("all workers are up", () => Task.FromResult(processes.All(p => (p.Output + p.Error).Contains("http://", StringComparison.Ordinal))));
        await Eventually.HoldsAsync("they ask the provider", () => Task.FromResult(world.Simulator.Requests.Total > _seen + rate / 20));
        var begin = TimeProvider.System.GetUtcNow();
        await CollectAsync(world, until: begin + minutes * s_minute);
        for (var minute = 0; minute < minutes; minute++)
            _report.Add("of the rate that was used", _requests.Count(r => r.At >= begin + minute * s_minute && r.At < begin + (minute + 1) * s_minute) / (double)rate);
        for (var round = 0; round < RefusalRounds; round++)
            await RefuseAsync(world);
        if (await world.CountAsync("SELECT count(*) FROM renders WHERE status IN ('Rendering', 'Storing') AND due_at IS NOT NULL") < rate)
            throw new InvalidOperationException("there was not enough to do to the end: plant more");
        _report.Add("requests in the worst sliding minute, of the limit", Worst(_requests, s_minute) / (double)rate);
    }

    /// <summary>One answer 429 that asks for a pause: when did the last request come in before all were silent?</summary>
    private async Task RefuseAsync(World world)
    {
        Collect(world.Simulator.Requests);
        var first = _requests.Count;
        world.Simulator.Faults.Add(FaultRule.Parse(string.Create(CultureInfo.InvariantCulture, $"any:status:status=429:retry-after={s_pause.TotalSeconds}:times=1")));
        await CollectAsync(world, until: TimeProvider.System.GetUtcNow() + 2 * s_pause + TimeSpan.FromSeconds(1));
        var requests = _requests[first..];
        var refused = requests.FirstOrDefault(request => request.Status == 429) ?? throw new InvalidOperationException("nobody was refused");
        var last = requests.Where(request => request.At >= refused.At && request.At < refused.At + 0.9 * s_pause).Max(request => request.At);
        _report.Add("seconds from a 429 to the last request of anybody", (last - refused.At).TotalSeconds);
        _report.Say(string.Create(CultureInfo.InvariantCulture, $"429: the last request came {(last - refused.At).TotalSeconds:0.000} s later"));
    }

    private async Task CollectAsync(World world, DateTimeOffset until)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        do
        {
            await timer.WaitForNextTickAsync();
            Collect(world.Simulator.Requests);
        }
        while (TimeProvider.System.GetUtcNow() < until);
    }

    // The provider keeps its last ten thousand. The newest stay there for the next look, which knows their answers.
    private void Collect(RequestLog log)
    {
        var (total, entries) = (log.Total, log.Entries);
        while (log.Total != total)
            (total, entries) = (log.Total, log.Entries);
        if (total - _seen > entries.Count)
            throw new InvalidOperationException($"{total - _seen} requests came in a second, more than the provider keeps: take a lower rate");
        var answered = entries.Skip(entries.Count - (int)(total - _seen)).TakeWhile(request => request.Status is not null).ToList();
        _requests.AddRange(answered);
        _seen += answered.Count;
    }

    private static int Worst(IReadOnlyList<LoggedRequest> requests, TimeSpan window)
    {
        var (worst, begin) = (0, 0);
        var times = requests.Select(request => request.At).Order().ToList();
        for (var end = 0; end < times.Count; end++)
        {
            while (times[end] - times[begin] >= window)
                begin++;
            worst = Math.Max(worst, end - begin + 1);
        }

        return worst;
    }
}
