using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Bickford.Renders.Sora;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// The chain for a long time while much goes wrong: the provider fails in many ways, the video store goes away for seconds, a worker is killed and started again and again.
/// Beside it runs one that is left alone: what it holds must stay where it is.
/// </summary>
/// <param name="length">How long.</param>
/// <param name="postgres">With PostgreSQL; null for SQLite.</param>
/// <param name="seed">Of what goes wrong when.</param>
internal sealed class SoakBenchmark(TimeSpan length, PostgresServer? postgres, int seed)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EnqueueEvery = TimeSpan.FromSeconds(0.5);

    private static readonly string[] Faults =
    [
        "create:drop-after:probability=0.01", "create:drop-before:probability=0.01", "create:status:status=500:effect=true:probability=0.01", "create:status:status=503:probability=0.02",
        "create:status:status=429:retry-after=1:probability=0.005", "get:status:status=502:probability=0.02", "get:drop-before:probability=0.01", "get:malformed:probability=0.005",
        "list:status:status=503:probability=0.05", "content:truncate:bytes=10000:probability=0.02", "content:drop-before:probability=0.01", "content:not-ready:probability=0.01",
    ];

    private readonly Random _random = new(seed);
    private readonly List<SoakSample> _samples = [];
    private int _kills;
    private int _outages;
    private int _enqueued;

    public async Task<int> RunAsync(bool json)
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            Seed = seed,
            RenderTime = new TimeRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6)),
            Faults = [.. Faults.Select(FaultRule.Parse)],
        });
        await using var database = postgres is null ? null : await postgres.CreateDatabaseAsync();
        if (database is not null)
            world.OnPostgreSql(database.ConnectionString);
        (world.Settings["Jobs__PollFirst"], world.Settings["Jobs__PollMax"]) = ("00:00:00.5", "00:00:02");
        if (!json)
            Console.WriteLine(SoakSample.Heading);
        await SoakAsync(world, database?.ConnectionString, json);
        var broken = await WorldCheck.BrokenAsync(world);
        var trends = SoakSample.Trends(_samples);
        var passed = broken.Count == 0 && trends.Values.All(trend => trend.IsFlat);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { minutes = length.TotalMinutes, enqueued = _enqueued, kills = _kills, outages = _outages, trends, broken, passed }, LoadReport.Json)
            : Text(trends, broken));
        return passed ? 0 : 1;
    }

    private async Task SoakAsync(World world, string? connection, bool quiet)
    {
        using var ends = new CancellationTokenSource(length, TimeProvider.System);
        await using var steady = world.Start("serve");
        await Eventually.HoldsAsync("the worker is up", () => Task.FromResult((steady.Output + steady.Error).Contains("http://", StringComparison.Ordinal)));
        using var stopSampling = new CancellationTokenSource();
        var sampling = SampleAsync(world, steady, quiet, stopSampling.Token);
        await Task.WhenAll(EnqueueAsync(world, connection, ends.Token), KillAsync(world, ends.Token), TakeStoreAwayAsync(world, ends.Token));
        await Eventually.HoldsAsync("everything came to rest", async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing')") == 0, TimeSpan.FromMinutes(5));
        await stopSampling.CancelAsync();
        await sampling;
        steady.Terminate();
        await steady.WaitAsync();
    }

    private async Task EnqueueAsync(World world, string? connection, CancellationToken token)
    {
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        services.AddSingleton(TimeProvider.System);
        var builder = services.AddRenders(options => (options.StagingRoot, options.DefaultModel) = (Path.Combine(world.Folder, "unused"), "sora-2"));
        _ = connection is null ? builder.UseSqlite(world.DatabasePath) : builder.UsePostgreSql(connection);
        builder.UseFileStore(Path.Combine(world.Folder, "unused")).UseVideosApi(api => api.BaseUrl = world.Simulator.BaseUrl.ToString());
        await using var provider = services.BuildServiceProvider();
        var renders = provider.GetRequiredService<IRenders>();
        await EveryAsync(
            () => EnqueueEvery,
            () => renders.EnqueueAsync(new RenderRequest(string.Create(CultureInfo.InvariantCulture, $"Soak {++_enqueued}")), null, CancellationToken.None),
            token);
    }

    private async Task KillAsync(World world, CancellationToken token)
    {
        var victim = world.Start("serve");
        await EveryAsync(
            () => TimeSpan.FromSeconds(_random.Next(15, 40)),
            async () =>
            {
                victim.Kill();
                await victim.DisposeAsync();
                _kills++;
                victim = world.Start("serve");
            },
            token);
        victim.Kill();
        await victim.DisposeAsync();
    }

    private Task TakeStoreAwayAsync(World world, CancellationToken token) => EveryAsync(
        () => TimeSpan.FromSeconds(_random.Next(20, 60)),
        async () =>
        {
            if (!Directory.Exists(world.StoreRoot))
                return;
            await WithoutStoreAsync(world.StoreRoot, TimeSpan.FromSeconds(_random.Next(1, 4)));
            _outages++;
        },
        token);

    // A folder that is not there, as of a network drive that went away: a file stands in its place.
    private static async Task WithoutStoreAsync(string root, TimeSpan duration)
    {
        var away = root + ".away";
        Directory.Move(root, away);
        try
        {
            await File.WriteAllTextAsync(root, "", CancellationToken.None);
            await Task.Delay(duration, TimeProvider.System, CancellationToken.None);
        }
        finally
        {
            File.Delete(root);
            Directory.Move(away, root);
        }
    }

    private async Task SampleAsync(World world, RendersProcess steady, bool quiet, CancellationToken token)
    {
        var began = TimeProvider.System.GetTimestamp();
        await EveryAsync(() => Every, TakeAsync, token);

        async Task TakeAsync()
        {
            if (await SoakSample.TakeAsync(world, steady.Id, postgres is not null, TimeProvider.System.GetElapsedTime(began).TotalSeconds) is not { } sample)
                throw new InvalidOperationException($"the worker that is left alone has ended:\n{steady.Output}\n{steady.Error}");
            // The end, where nothing is handed in any more, is no part of the trend.
            if (sample.At <= length.TotalSeconds)
                _samples.Add(sample);
            if (!quiet && _samples.Count % 6 == 1)
                Console.WriteLine(sample.Line());
        }
    }

    private string Text(Dictionary<string, Trend> trends, IReadOnlyList<string> broken) =>
        string.Create(CultureInfo.InvariantCulture, $"soak: {length.TotalMinutes:0.#} min, {_enqueued} renders, {_kills} kills, {_outages} outages of the store\n")
        + string.Join('\n', trends.Select(pair => string.Create(CultureInfo.InvariantCulture,
            $"  {pair.Key,-24} median {pair.Value.Median,8:0.0}, rise {pair.Value.Rise,7:0.0} (at most {pair.Value.Allowed:0.0}): {(pair.Value.IsFlat ? "flat" : "NOT flat")}")))
        + $"\n  promises                 {(broken.Count == 0 ? "hold" : "BROKEN: " + string.Join("; ", broken))}";

    private static async Task EveryAsync(Func<TimeSpan> pause, Func<Task> act, CancellationToken token)
    {
        try
        {
            while (true)
            {
                await Task.Delay(pause(), TimeProvider.System, token);
                await act();
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The time is over.
        }
    }
}
