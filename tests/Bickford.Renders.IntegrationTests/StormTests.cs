using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The first half of the storms; the second runs beside it.</summary>
public sealed class OddStormTests(CephServer ceph, StormServers servers) : IClassFixture<StormServers>
{
    public static TheoryData<int> Seeds => Storm.Seeds(1);

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task After_every_storm_all_promises_hold(int seed) => Storm.RunAsync(seed, ceph, servers);
}

/// <summary>The second half of the storms.</summary>
public sealed class EvenStormTests(CephServer ceph, StormServers servers) : IClassFixture<StormServers>
{
    public static TheoryData<int> Seeds => Storm.Seeds(2);

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task After_every_storm_all_promises_hold(int seed) => Storm.RunAsync(seed, ceph, servers);
}

/// <summary>Servers that a class of storms may stop and kill.</summary>
public sealed class StormServers(CephServer ceph) : IAsyncLifetime
{
    public PostgresServer Postgres { get; private set; } = null!;

    public CephGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Postgres = await PostgresServer.StartNewAsync();
        Gateway = await ceph.StartGatewayAsync();
    }

    public ValueTask DisposeAsync() => Postgres.DisposeAsync();
}

/// <summary>
/// Everything breaks at random moments, by a seed: workers are killed, PostgreSQL is stopped at once and started again, the S3 server is killed, the
/// provider fails in many ways. After that, every promise holds. <c>RENDERS_STORM_RUNS</c> sets how many seeds are run (default 20), <c>RENDERS_STORM_RENDERS</c> how many renders each has (default 5).
/// </summary>
internal static class Storm
{
    private static readonly int Renders = Number("RENDERS_STORM_RENDERS", 5);
    private const int Blows = 4;

    /// <summary>Every second seed from <paramref name="first"/> on.</summary>
    public static TheoryData<int> Seeds(int first) =>
        [.. Enumerable.Range(1, Number("RENDERS_STORM_RUNS", 20)).Where(seed => seed % 2 == first % 2)];

    private static readonly string[] Faults =
    [
        "create:drop-after", "create:drop-before", "create:status:status=500:effect=true", "create:status:status=503", "create:status:status=429:retry-after=1",
        "get:status:status=502", "get:drop-before", "get:malformed", "list:status:status=503", "content:truncate:bytes=100000", "content:drop-before", "content:not-ready",
    ];

    public static async Task RunAsync(int seed, CephServer ceph, StormServers servers)
    {
        var random = new Random(seed);
        var (postgres, gateway) = (servers.Postgres, servers.Gateway);
        await using var database = await postgres.CreateDatabaseAsync();
        var shared = await ceph.OptionsForAsync(typeof(Storm));
        await using var world = (await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            Seed = seed,
            RenderTime = new TimeRange(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(2)),
            ContentBytes = 2_000_000,
            Faults = [.. Enumerable.Range(0, 6).Select(_ => FaultRule.Parse($"{Faults[random.Next(Faults.Length)]}:times={random.Next(1, 3)}:skip={random.Next(0, 4)}"))],
        }))
            .OnPostgreSql(database.ConnectionString).OnS3(CephServer.Options(gateway, shared.Bucket, shared.Prefix));
        await ClusterTests.EnqueueAsync(world, Renders);

        var workers = new List<RendersProcess>();
        try
        {
            for (var node = 1; node <= 3; node++)
                workers.Add(ClusterTests.StartWorker(world, node));
            for (var blow = 0; blow < Blows; blow++)
            {
                await PauseAsync(random.Next(200, 1500));
                await StrikeAsync(random, workers, world, postgres, gateway);
            }

            await AtRestAsync(seed, world, workers);
            foreach (var worker in workers)
                worker.Terminate();
            foreach (var worker in workers)
                await worker.WaitAsync();
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }

        // Three lost answers in a row park a render for a person, by design; nothing else may stop one.
        (await world.CountAsync("SELECT count(*) FROM renders WHERE status <> 'Completed' AND cause <> 'AmbiguousCreate'")).ShouldBe(0, $"seed {seed}");
        await Promises.HoldAsync(world, Renders, creates: world.Simulator.Videos.CreateCount);
        world.Simulator.Videos.CreateCount.ShouldBeLessThanOrEqualTo(Renders, $"seed {seed}: nothing is paid twice");
    }

    private static async Task StrikeAsync(Random random, List<RendersProcess> workers, World world, PostgresServer postgres, CephGateway gateway)
    {
        switch (random.Next(4))
        {
            case 0:
            case 1:
                var node = random.Next(workers.Count);
                workers[node].Kill();
                await workers[node].DisposeAsync();
                await PauseAsync(random.Next(0, 500));
                workers[node] = ClusterTests.StartWorker(world, node + 1);
                break;
            case 2:
                postgres.StopImmediate();
                await PauseAsync(random.Next(100, 1500));
                postgres.Start();
                break;
            default:
                await gateway.KillAsync();
                await PauseAsync(random.Next(100, 2000));
                await gateway.StartAgainAsync();
                break;
        }
    }

    private static async Task AtRestAsync(int seed, World world, List<RendersProcess> workers)
    {
        try
        {
            await Eventually.HoldsAsync($"seed {seed}: everything came to rest", async () =>
            {
                await RestartEndedAsync(world, workers);
                return await IsAtRestAsync(world);
            }, TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(Renders));
        }
        catch (TimeoutException e)
        {
            var open = await world.QueryAsync("SELECT id, status, step, attempt, version, due_at, lease_owner, lease_until, message, now() FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing')");
            throw new TimeoutException($"""
                {e.Message}
                {string.Join('\n', open.Select(row => string.Join(", ", row.Select(f => $"{f.Key}={f.Value}"))))}
                {string.Join('\n', workers.Select((w, i) => $"worker {i + 1}, {(w.HasExited ? "ended" : "running")}:\n{Tail(w.Output)}\n{Tail(w.Error)}"))}
                """, e);
        }
    }

    // As a service manager does: a worker that starts while the database is down says so and ends.
    private static async Task RestartEndedAsync(World world, List<RendersProcess> workers)
    {
        for (var node = 0; node < workers.Count; node++)
        {
            if (!workers[node].HasExited)
                continue;
            await workers[node].DisposeAsync();
            workers[node] = ClusterTests.StartWorker(world, node + 1);
        }
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string Tail(string text) => string.Join('\n', text.Split('\n').TakeLast(25));

    private static async Task<bool> IsAtRestAsync(World world)
    {
        try
        {
            return await world.CountAsync("SELECT count(*) FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing')") == 0;
        }
        catch (Npgsql.NpgsqlException)
        {
            return false; // PostgreSQL is still recovering
        }
    }

    // Part of the storm, not of an assertion: how long something stays broken.
    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
}
