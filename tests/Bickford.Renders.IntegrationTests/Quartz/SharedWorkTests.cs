using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Workers = Bickford.Renders.IntegrationTests.ClusterTests;

namespace Bickford.Renders.IntegrationTests.Quartz;

/// <summary>Two real processes on one PostgreSQL, one of which has more than it can do.</summary>
public sealed class SharedWorkTests(PostgresServer server)
{
    private const int Renders = 24;

    [Fact]
    public async Task What_waits_for_a_busy_worker_is_fetched_by_one_that_has_nothing_to_do()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = (await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = TimeSpan.FromSeconds(1),
            // The first download never ends, and its worker has hands for no other.
            Faults = [FaultRule.Parse("content:hang:times=1")],
        })).OnPostgreSql(database.ConnectionString);
        (world.Settings["Jobs__TransferWorkers"], world.Settings["Sora__IdleTimeout"], world.Settings["Sora__ReadTimeout"]) = ("1", "01:00:00", "01:00:00");
        // So that it is not reconcile who finds what waits.
        world.Settings["Jobs__ReconcileGrace"] = "01:00:00";
        (await world.RunAsync("db", "migrate")).ExitCode.ShouldBe(0);
        // Both are there before there is work: a worker that starts takes what is overdue.
        await using var one = Workers.StartWorker(world, 1);
        await using var other = Workers.StartWorker(world, 2);
        await Eventually.HoldsAsync("both work", async () => await world.CountAsync("SELECT count(*) FROM workers") == 2);

        await Workers.EnqueueAsync(world, Renders);

        await Eventually.HoldsAsync("all but that one are done", async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == Renders - 1, TimeSpan.FromMinutes(4));
        (await world.CountAsync("SELECT count(*) FROM renders WHERE step = 'Download' AND lease_owner IS NOT NULL")).ShouldBe(1, "its worker is still at it");
        foreach (var worker in new[] { one, other })
        {
            worker.Terminate();
            (await worker.WaitAsync()).ExitCode.ShouldBe(0, worker.Error);
        }
    }
}
