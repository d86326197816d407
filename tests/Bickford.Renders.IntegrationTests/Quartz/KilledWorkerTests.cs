using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Dapper;

namespace Bickford.Renders.IntegrationTests.Quartz;

/// <summary>Two real processes on one PostgreSQL, and one of them dies.</summary>
public sealed class KilledWorkerTests(PostgresServer server)
{
    private const int Renders = 30;

    [Fact]
    public async Task The_renders_of_a_killed_worker_are_finished_by_the_other_and_paid_once()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = TimeSpan.FromSeconds(2) });
        world.Settings["Database__Provider"] = "PostgreSql";
        world.Settings["Database__ConnectionString"] = database.ConnectionString;
        // Each look by itself: pages would look at many at once.
        world.Settings["Jobs__PollMerges"] = "false";
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, Enumerable.Range(0, Renders).Select(i => $"A lighthouse in fog, take {i}"), TestContext.Current.CancellationToken);
        (await world.RunAsync("render", "--prompts", prompts)).ExitCode.ShouldBe(0);
        await using var connection = await database.OpenAsync();

        await using var victim = world.StartToDieAt("poll.after-look#2", "serve");
        await using var survivor = world.Start("serve");
        (await victim.WaitAsync()).ExitCode.ShouldBe(137);

        await Eventually.HoldsAsync(
            "all renders come to an end",
            async () => await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM renders.renders WHERE status IN ('Queued', 'Rendering', 'Storing')") == 0,
            TimeSpan.FromSeconds(120));
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM renders.renders WHERE status = 'Completed'")).ShouldBe(Renders);
        world.Simulator.Videos.CreateCount.ShouldBe(Renders);
        await Eventually.HoldsAsync(
            "the dead worker has left nothing in the job store",
            async () => await connection.ExecuteScalarAsync<long>("SELECT (SELECT count(*) FROM renders.qrtz_triggers) + (SELECT count(*) FROM renders.qrtz_fired_triggers)") == 0);
        // One entry for each of the survivor's three schedulers.
        await Eventually.HoldsAsync("the dead worker is struck off", async () => await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM renders.qrtz_scheduler_state") == 3);
        survivor.Terminate();
        (await survivor.WaitAsync()).ExitCode.ShouldBe(0);
    }
}
