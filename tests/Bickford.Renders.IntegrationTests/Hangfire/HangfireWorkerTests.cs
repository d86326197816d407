using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Dapper;

namespace Bickford.Renders.IntegrationTests.Hangfire;

/// <summary>The promises, with Hangfire as the engine: killed processes, many of them, and a database that goes away.</summary>
public sealed class HangfireWorkerTests(PostgresServer server)
{
    /// <summary>One point in each step.</summary>
    public static TheoryData<string> Points => ["create.after-post", "poll.after-look", "download.middle", "upload.after-put", "record.before-commit"];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_worker_killed_at_this_point_loses_nothing_and_pays_once(string point)
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = (await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = TimeSpan.FromSeconds(0.4), ContentBytes = 1_000_000 }))
            .OnHangfire(database.ConnectionString);
        // Each look by itself: a page would look at both at once.
        world.Settings["Jobs__PollMerges"] = "false";
        await ClusterTests.EnqueueAsync(world, 2);
        await using (var victim = world.StartToDieAt(point, "serve"))
        {
            var death = await victim.WaitAsync();
            death.ExitCode.ShouldBe(137, $"it was to die at {point}:\n{death.Output}\n{death.Error}");
        }

        await using var worker = world.Start("serve");
        await CompletedAsync(world, 2);
        await StopAsync(worker);

        await Promises.HoldAsync(world, expected: 2);
    }

    [Fact]
    public async Task Two_hundred_renders_survive_three_processes_of_which_one_after_the_other_is_killed()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = (await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = new TimeRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3)),
        })).OnHangfire(database.ConnectionString);
        // Looks every second, as far as Hangfire is concerned: fewer jobs than every tenth of one.
        (world.Settings["Jobs__PollFirst"], world.Settings["Jobs__PollMax"]) = ("00:00:01", "00:00:02");
        await ClusterTests.EnqueueAsync(world, 200);
        var workers = new[] { 1, 2, 3 }.Select(node => ClusterTests.StartWorker(world, node)).ToArray();
        try
        {
            foreach (var (done, victim) in new[] { (20, 0), (60, 2), (120, 1), (160, 0) })
            {
                await AtLeastAsync(world, done);
                workers[victim].Kill();
                await workers[victim].WaitAsync();
                await workers[victim].DisposeAsync();
                workers[victim] = ClusterTests.StartWorker(world, victim + 1);
            }

            await CompletedAsync(world, 200);
            foreach (var worker in workers)
            {
                worker.Terminate();
                // 130: the last one was told to end before it had begun to work.
                (await worker.WaitAsync()).ExitCode.ShouldBeOneOf(0, 130);
            }
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }

        await Promises.HoldAsync(world, expected: 200);
    }

    [Fact]
    public async Task It_goes_on_by_itself_when_the_database_comes_back()
    {
        await using var crashing = await PostgresServer.StartNewAsync();
        await using var database = await crashing.CreateDatabaseAsync();
        await using var world = (await World.StartAsync()).OnHangfire(database.ConnectionString);
        await ClusterTests.EnqueueAsync(world, 6);
        await using var worker = world.Start("serve");
        await AtLeastAsync(world, 1);

        crashing.StopImmediate();
        crashing.Start();

        await CompletedAsync(world, 6);
        await StopAsync(worker);
        await Promises.HoldAsync(world, expected: 6);
    }

    [Fact]
    public async Task A_worker_starts_and_works_although_a_killed_one_left_every_lock_behind()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = (await World.StartAsync()).OnHangfire(database.ConnectionString);
        await using (var first = world.Start("serve"))
        {
            await Eventually.HoldsAsync("it has begun", async () =>
                await world.CountAsync("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'hangfire'") > 0
                && await world.CountAsync("SELECT count(*) FROM hangfire.hash WHERE key LIKE 'recurring-job:%' AND field = 'Job'") == 3);
            first.Kill();
            await first.WaitAsync();
        }

        await using (var connection = await database.OpenAsync())
        {
            await connection.ExecuteAsync("""
                INSERT INTO hangfire.lock (resource, acquired)
                SELECT 'hangfire:' || resource, now() AT TIME ZONE 'utc' FROM unnest(ARRAY['locks:schedulepoller', 'recurring-jobs:lock', 'recurring-job:ReconcileRendersJob',
                    'lock:recurring-job:ReconcileRendersJob', 'lock:recurring-job:CleanupVideosJob', 'lock:recurring-job:SealLedgerJob']) AS resource
                ON CONFLICT DO NOTHING
                """);
        }

        await ClusterTests.EnqueueAsync(world, 2);
        await using var worker = world.Start("serve");
        await CompletedAsync(world, 2);
        await StopAsync(worker);

        await Promises.HoldAsync(world, expected: 2);
    }

    [Fact]
    public async Task Four_workers_start_at_once_on_an_empty_database()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = (await World.StartAsync()).OnHangfire(database.ConnectionString);
        var workers = Enumerable.Range(0, 4).Select(node => ClusterTests.StartWorker(world, node)).ToList();
        try
        {
            await Eventually.HoldsAsync("all listen", () => Task.FromResult(workers.All(worker => worker.Output.Contains("listens on", StringComparison.Ordinal))));
            await ClusterTests.EnqueueAsync(world, 3);
            await CompletedAsync(world, 3);
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }

        await Promises.HoldAsync(world, expected: 3);
    }

    private static Task AtLeastAsync(World world, int count) => Eventually.HoldsAsync($"{count} renders are completed", async () =>
        await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") >= count, TimeSpan.FromMinutes(8));

    private static Task CompletedAsync(World world, int count) => Eventually.HoldsAsync($"{count} renders are completed", async () =>
        await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == count, TimeSpan.FromMinutes(8));

    private static async Task StopAsync(RendersProcess worker)
    {
        worker.Terminate();
        (await worker.WaitAsync()).ExitCode.ShouldBe(0, worker.Error);
    }
}
