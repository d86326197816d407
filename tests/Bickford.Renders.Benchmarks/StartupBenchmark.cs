using System.Diagnostics;
using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// From the start of a worker process to its first job, which is the provider's first request; with nothing else to do, and with many open renders in the database. Beside it, in each run: the
/// program's start to its end when it is only asked for its version.
/// </summary>
internal sealed class StartupBenchmark(Arguments arguments, PostgresServer? postgres)
{
    private readonly Report _report = new("startup", arguments);

    public async Task<int> RunAsync()
    {
        var open = arguments.Whole("--renders", 100_000);
        _report.Note(string.Create(CultureInfo.InvariantCulture, $"the first job of a worker process on {arguments.Choice("--db")}, alone and with {open:N0} open renders"));
        await using var world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = Planted.RenderTime, ContentLifetime = TimeSpan.FromHours(24) });
        Planted.UseOwnTimes(world);
        await using var database = postgres is null ? null : await postgres.CreateDatabaseAsync();
        if (database is not null)
            world.OnPostgreSql(database.ConnectionString);
        await world.RunAsync("database", "migrate");

        await MeasureAllAsync(world, "alone");
        var now = TimeProvider.System.GetUtcNow();
        await new Planted(world, database?.ConnectionString).AddAsync(open, _ => now, _ => now + Planted.RenderTime);
        await MeasureAllAsync(world, "with the open renders");
        _report.Write();
        return 0;
    }

    private async Task MeasureAllAsync(World world, string what)
    {
        for (var run = 0; run < arguments.Whole("--runs", 5); run++)
        {
            var start = Stopwatch.GetTimestamp();
            await world.RunAsync("--version");
            var version = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var (first, megabytes) = await MeasureAsync(world);
            _report.Add($"{what}: seconds to the first job", first);
            _report.Add($"{what}: seconds to tell the version", version);
            _report.Add($"{what}: times the version", first / version);
            _report.Add($"{what}: MB at the first job", megabytes);
            _report.Say(string.Create(CultureInfo.InvariantCulture, $"{what}: {first:0.00} s, the version {version:0.00} s, {megabytes:0} MB"));
        }
    }

    private static async Task<(double Seconds, double Megabytes)> MeasureAsync(World world)
    {
        await world.RunAsync("render", "A lighthouse in fog");
        var before = world.Simulator.Videos.CreateCount;
        var start = Stopwatch.GetTimestamp();
        await using var worker = world.Start("serve");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (world.Simulator.Videos.CreateCount == before && Stopwatch.GetElapsedTime(start) < Eventually.Patience && !worker.HasExited)
            await timer.WaitForNextTickAsync();
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (world.Simulator.Videos.CreateCount == before)
            throw new InvalidOperationException($"no job was run:\n{worker.Output}\n{worker.Error}");
        var megabytes = ProcessMemory.Megabytes(worker.Id, "VmRSS");
        await Eventually.HoldsAsync("the create is written down", async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Queued'") == 0);
        worker.Terminate();
        await worker.WaitAsync();
        return (took, megabytes);
    }
}
