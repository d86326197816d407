using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests;

/// <summary>Three worker processes on one PostgreSQL and one S3 server.</summary>
public sealed class ClusterTests(PostgresServer postgres, CephServer ceph)
{
    [Fact]
    public async Task Two_hundred_renders_are_each_done_once()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var world = (await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = new TimeRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3)) }))
            .OnPostgreSql(database.ConnectionString).OnS3(await ceph.OptionsForAsync(typeof(ClusterTests)));
        (world.Settings["Jobs__PollFirst"], world.Settings["Jobs__PollMax"]) = ("00:00:01", "00:00:02");
        await EnqueueAsync(world, 200);
        await using var first = StartWorker(world, 1);
        await using var second = StartWorker(world, 2);
        await using var third = StartWorker(world, 3);

        await Eventually.HoldsAsync("all are done", async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == 200, TimeSpan.FromMinutes(8));
        foreach (var worker in new[] { first, second, third })
        {
            worker.Terminate();
            (await worker.WaitAsync()).ExitCode.ShouldBe(0, worker.Error);
        }

        await Promises.HoldAsync(world, expected: 200);
    }

    [Fact]
    public async Task A_staged_file_lost_with_its_node_is_downloaded_again_by_another()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var world = (await World.StartAsync()).OnPostgreSql(database.ConnectionString).OnS3(await ceph.OptionsForAsync(typeof(ClusterTests)));
        await EnqueueAsync(world, 1);
        await using (var victim = StartWorker(world, 1, killAt: "download.after-commit"))
            (await victim.WaitAsync()).ExitCode.ShouldBe(137);
        (await world.CountAsync("SELECT count(*) FROM renders WHERE step = 'Upload'")).ShouldBe(1);

        // Another node, whose staging folder is another one.
        await using var worker = StartWorker(world, 2);
        await Eventually.HoldsAsync("it is done", async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == 1);
        worker.Terminate();
        await worker.WaitAsync();

        await Promises.HoldAsync(world, expected: 1);
        (await world.CountAsync("SELECT count(*) FROM ledger_events WHERE type = 'render.staging_lost'")).ShouldBe(1);
    }

    /// <summary>Hands in renders by the program itself.</summary>
    internal static async Task EnqueueAsync(World world, int count)
    {
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, Enumerable.Range(1, count).Select(i => $"Take {i} of the same harbour"), TestContext.Current.CancellationToken);
        var result = await world.RunAsync("render", "--prompts", prompts);
        result.ExitCode.ShouldBe(0, result.Error);
    }

    /// <summary>A worker as on a machine of its own: its staging folder is its alone.</summary>
    internal static RendersProcess StartWorker(World world, int node, string? killAt = null)
    {
        var settings = new Dictionary<string, string>(world.Settings) { ["Staging__Root"] = Path.Combine(world.Folder, $"staging-{node}") };
        if (killAt is not null)
            settings["RENDERS_KILL_AT"] = killAt;
        return RendersProcess.Start(world.Folder, settings, "serve");
    }
}
