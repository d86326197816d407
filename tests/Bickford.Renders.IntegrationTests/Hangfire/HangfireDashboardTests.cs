using System.Net;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests.Hangfire;

/// <summary>Hangfire's dashboard on a real worker: what fails shows there, and what is pressed there happens.</summary>
public sealed class HangfireDashboardTests(PostgresServer server)
{
    private const string Operator = "operator-password-1";
    private const string Viewer = "viewer-password-12";

    [Fact]
    public async Task A_render_that_failed_for_good_is_a_failed_job_and_requeue_resumes_it_until_it_completes()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = await StartAsync(database, "content:status:status=403:times=1");
        await world.RunAsync("render", "A lighthouse in <b>fog</b>");
        await using var worker = world.Start("serve", "--json");
        using var pages = await HangfirePages.OfAsync(worker);
        await FailedAsync(world, pages);

        // The failed job says why, names render and step, and leads to the render and back.
        var job = (await pages.JobsAsync("failed")).ShouldHaveSingleItem();
        var id = (string)(await world.QueryAsync("SELECT id FROM renders")).Single()["id"]!;
        var failed = await pages.PageAsync("/hangfire/jobs/failed");
        failed.ShouldContain($"Download {id[^8..]}");
        failed.ShouldContain("Failed in Download, Authentication: ");
        failed.ShouldNotContain("   at ");
        (await pages.PageAsync($"/hangfire/jobs/details/{job}")).ShouldContain($"<a href=\"/renders/{id}\">");
        (await pages.PageAsync($"/renders/{id}")).ShouldContain($"/hangfire/jobs/details/{job}\"");
        var home = await pages.PageAsync("/hangfire");
        home.ShouldContain("Renders failed");
        home.ShouldContain("Renders parked");
        (await pages.PageAsync("/")).ShouldContain($"/renders/{id}");
        var recurring = await pages.PageAsync("/hangfire/recurring");
        foreach (var name in new[] { "ReconcileRendersJob", "Reconcile renders", "CleanupVideosJob", "Cleanup videos", "SealLedgerJob", "Seal ledger" })
            recurring.ShouldContain(name);

        // Nobody presses a button without having seen the page.
        (await pages.PressAsync("failed", "requeue", job, withToken: false)).ShouldBe(HttpStatusCode.Forbidden);
        (await pages.PressAsync("failed", "requeue", job)).ShouldBe(HttpStatusCode.NoContent);

        await DoneAsync(world);
        (await pages.JobsAsync("failed")).ShouldBeEmpty();
        (await world.CountAsync("SELECT count(*) FROM ledger_events WHERE type = 'render.resumed' AND payload LIKE '%Hangfire dashboard%'")).ShouldBe(1);
        await StopAsync(worker);
        await Promises.HoldAsync(world, expected: 1);
    }

    [Fact]
    public async Task Delete_removes_the_job_and_leaves_the_render_as_it_is()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = await StartAsync(database, "content:status:status=403:times=1");
        await world.RunAsync("render", "A lighthouse in fog");
        await using var worker = world.Start("serve", "--json");
        using var pages = await HangfirePages.OfAsync(worker);
        await FailedAsync(world, pages);
        var job = (await pages.JobsAsync("failed")).Single();
        var before = (await world.QueryAsync("SELECT version, status, step FROM renders")).Single();

        (await pages.PressAsync("failed", "delete", job)).ShouldBe(HttpStatusCode.NoContent);

        (await pages.JobsAsync("failed")).ShouldBeEmpty();
        (await world.QueryAsync("SELECT version, status, step FROM renders")).Single().ShouldBe(before);

        // Whoever changes his mind requeues it from there.
        (await pages.PressAsync("deleted", "requeue", job)).ShouldBe(HttpStatusCode.NoContent);
        await DoneAsync(world);
        await StopAsync(worker);
    }

    [Fact]
    public async Task A_job_that_is_requeued_after_its_render_has_gone_on_does_nothing()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = await StartAsync(database, "content:status:status=403:times=1");
        await world.RunAsync("render", "A lighthouse in fog");
        await using var worker = world.Start("serve", "--json");
        using var pages = await HangfirePages.OfAsync(worker);
        await FailedAsync(world, pages);
        var job = (await pages.JobsAsync("failed")).Single();
        var id = (string)(await world.QueryAsync("SELECT id FROM renders")).Single()["id"]!;
        (await world.RunAsync("resume", id)).ExitCode.ShouldBe(0);
        await DoneAsync(world);
        var version = await world.CountAsync("SELECT version FROM renders");

        (await pages.PressAsync("failed", "requeue", job)).ShouldBe(HttpStatusCode.NoContent);

        // Or clean-up, which comes every five minutes, found before that there was nothing more to do.
        await Eventually.HoldsAsync("it has run", async () =>
            await pages.PageAsync($"/hangfire/jobs/details/{job}") is var page && (page.Contains("nothing to do", StringComparison.Ordinal) || page.Contains("its render has gone on", StringComparison.Ordinal)));
        (await world.CountAsync("SELECT version FROM renders")).ShouldBe(version);
        await StopAsync(worker);
    }

    [Fact]
    public async Task A_running_job_that_is_deleted_is_cut_and_its_render_goes_on_all_the_same()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = await StartAsync(database, "content:slow:bytes=200000:times=1:variant=video", contentBytes: 20_000_000);
        world.Settings["Jobs__Lease"] = "00:05:00";
        await world.RunAsync("render", "A lighthouse in fog");
        await using var worker = world.Start("serve", "--json");
        using var pages = await HangfirePages.OfAsync(worker);
        var job = "";
        await Eventually.HoldsAsync("the download is under way", async () =>
        {
            var page = await pages.PageAsync("/hangfire/jobs/processing");
            var jobs = await pages.JobsAsync("processing");
            job = string.Join(",", jobs);
            // Alone: a recurring job may run beside it for a moment.
            return page.Contains("Download ", StringComparison.Ordinal) && jobs.Count == 1;
        });

        (await pages.PressAsync("processing", "delete", job)).ShouldBe(HttpStatusCode.NoContent);

        // The slow one would have taken a hundred seconds, and its lease five minutes: it was given back at once.
        await DoneAsync(world);
        await StopAsync(worker);
        await Promises.HoldAsync(world, expected: 1);
    }

    [Fact]
    public async Task A_waiting_job_that_is_deleted_is_made_again()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = await StartAsync(database);
        world.Settings["Jobs__PollFirst"] = "00:00:08";
        world.Settings["Jobs__PollMax"] = "00:00:08";
        await world.RunAsync("render", "A lighthouse in fog");
        await using var worker = world.Start("serve", "--json");
        using var pages = await HangfirePages.OfAsync(worker);
        var job = "";
        await Eventually.HoldsAsync("the look waits", async () => (job = string.Join(",", await pages.JobsAsync("scheduled"))).Length > 0);

        (await pages.PressAsync("scheduled", "delete", job)).ShouldBe(HttpStatusCode.NoContent);

        await DoneAsync(world);
        await StopAsync(worker);
        await Promises.HoldAsync(world, expected: 1);
    }

    [Fact]
    public async Task It_is_closed_without_the_password_and_a_viewer_can_look_and_press_nothing()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var world = await StartAsync(database, "content:status:status=403:times=1");
        (world.Settings["Dashboard__OperatorPassword"], world.Settings["Dashboard__ViewerPassword"]) = (Operator, Viewer);
        await world.RunAsync("render", "A lighthouse in fog");
        await using var worker = world.Start("serve", "--json");
        using var viewer = await HangfirePages.OfAsync(worker, "viewer", Viewer);
        await FailedAsync(world, viewer);
        var job = (await viewer.JobsAsync("failed")).Single();

        // Few wrong ones: an address that guesses is soon made to wait.
        foreach (var (user, password, paths) in new (string?, string?, string[])[]
        {
            (null, null, ["/", "/hangfire", "/hangfire/jobs/failed", "/renders/" + Guid.Empty, "/no-such-page"]),
            ("viewer", "viewer-password-13", ["/hangfire"]), ("operator", Viewer, ["/hangfire", "/"]), ("somebody", Operator, ["/hangfire"]), ("operator", "", ["/hangfire"]),
        })
        {
            using var stranger = await HangfirePages.OfAsync(worker, user, password);
            foreach (var path in paths)
                (await stranger.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Unauthorized, $"{user} {path}");
            (await stranger.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
        }

        using var program = await HangfirePages.WithKeyAsync(worker, (await world.RunJsonAsync("keys", "create", "--name", "watch", "--role", "viewer"))["key"]!.GetValue<string>());
        foreach (var pages in new[] { viewer, program })
        {
            (await pages.PageAsync("/hangfire/jobs/failed")).ShouldNotContain("js-jobs-list-command");
            await pages.PressAsync("failed", "requeue", job);
            await pages.PressAsync("failed", "delete", job);
            (await pages.JobsAsync("failed")).ShouldBe([job]);
        }

        using var person = await HangfirePages.OfAsync(worker, "operator", Operator);
        (await person.PressAsync("failed", "requeue", job, origin: "https://evil.example")).ShouldBe(HttpStatusCode.Forbidden);
        (await person.PressAsync("failed", "requeue", job)).ShouldBe(HttpStatusCode.NoContent);
        await DoneAsync(world);
        await StopAsync(worker);
        (worker.Output + worker.Error).ShouldNotContain(Operator);
    }

    private static async Task<World> StartAsync(PostgresDatabase database, string? fault = null, int contentBytes = 0) =>
        (await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = TimeSpan.FromSeconds(0.2),
            ContentBytes = contentBytes,
            Faults = fault is null ? [] : [FaultRule.Parse(fault)],
        })).OnHangfire(database.ConnectionString);

    private static Task FailedAsync(World world, HangfirePages pages) => Eventually.HoldsAsync("it failed, and its job with it", async () =>
        await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Failed'") == 1 && (await pages.JobsAsync("failed")).Count == 1);

    private static Task DoneAsync(World world) => Eventually.HoldsAsync("it is completed", async () =>
        await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == 1);

    private static async Task StopAsync(RendersProcess worker)
    {
        worker.Terminate();
        (await worker.WaitAsync()).ExitCode.ShouldBe(0, worker.Error);
    }
}
