using System.Net;
using System.Net.Sockets;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The worker as a service: stops cleanly, shares its work, survives its provider.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task Stopped_in_the_middle_of_a_download_it_hands_the_step_back_at_once_and_the_next_worker_goes_on()
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            RenderTime = TimeSpan.FromSeconds(0.2),
            ContentBytes = 40_000_000,
            Faults = [FaultRule.Parse("content:slow:bytes=2000000:times=1")],
        });
        world.Settings["Jobs__Lease"] = "00:05:00";
        await world.RunAsync("render", "A lighthouse in fog");
        await using (var first = world.Start("serve"))
        {
            await Eventually.HoldsAsync("the download is under way", async () =>
                await world.CountAsync("SELECT count(*) FROM renders WHERE step = 'Download' AND lease_owner IS NOT NULL") == 1
                && world.Simulator.Requests.Entries.Any(r => r.Path.EndsWith("/content", StringComparison.Ordinal)));
            first.Terminate();
            (await first.WaitAsync()).ExitCode.ShouldBe(0);
        }

        // The lease would have held for five minutes: it is free because it was given back.
        var row = (await world.QueryAsync("SELECT step, lease_owner, due_at FROM renders")).Single();
        row["lease_owner"].ShouldBeNull();
        row["due_at"].ShouldNotBeNull();

        await using var second = world.Start("serve");
        await CompletedAsync(world, 1);
        await StopAsync(second);
        await Promises.HoldAsync(world, expected: 1);
    }

    [Fact]
    public async Task Two_workers_on_one_database_do_each_render_once()
    {
        await using var world = await World.StartAsync();
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, Enumerable.Range(1, 30).Select(i => $"Take {i} of the same harbour"), TestContext.Current.CancellationToken);
        await world.RunAsync("render", "--prompts", prompts);

        await using var first = world.Start("serve");
        await using var second = world.Start("serve");
        await CompletedAsync(world, 30);
        await StopAsync(first);
        await StopAsync(second);

        await Promises.HoldAsync(world, expected: 30);
    }

    [Fact]
    public async Task A_provider_that_fails_in_every_way_costs_time_and_nothing_else()
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            RenderTime = TimeSpan.FromSeconds(0.3),
            Seed = 7,
            Faults =
            [
                FaultRule.Parse("create:drop-after:times=2"), FaultRule.Parse("create:status:status=429:retry-after=1:times=2"),
                FaultRule.Parse("create:drop-before:times=2"), FaultRule.Parse("create:status:status=500:effect=true:times=1"),
                FaultRule.Parse("get:status:status=503:probability=0.2"), FaultRule.Parse("get:drop-before:times=3"), FaultRule.Parse("get:malformed:times=2"),
                FaultRule.Parse("list:status:status=502:times=2"), FaultRule.Parse("content:not-ready:times=3"), FaultRule.Parse("content:truncate:bytes=5000:times=3"),
                FaultRule.Parse("content:garbage:times=2"),
            ],
        });
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, Enumerable.Range(1, 12).Select(i => $"Storm {i} over the moor"), TestContext.Current.CancellationToken);
        await world.RunAsync("render", "--prompts", prompts);

        await using var worker = world.Start("serve");
        await CompletedAsync(world, 12);
        await StopAsync(worker);

        await Promises.HoldAsync(world, expected: 12);
    }

    [Fact]
    public async Task It_says_over_http_that_it_is_alive_and_ready()
    {
        await using var world = await World.StartAsync();
        await using var worker = world.Start("serve", "--json");
        await Eventually.HoldsAsync("it listens", () => Task.FromResult(worker.Output.Contains("urls", StringComparison.Ordinal)));
        var url = System.Text.Json.Nodes.JsonNode.Parse(worker.Output)!["urls"]![0]!.GetValue<string>();
        using var http = new HttpClient { BaseAddress = new Uri(url) };

        (await http.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

        // The port is taken now: a second one says so in one line.
        await using var second = world.Start("serve", "--urls", url);
        var refused = await second.WaitAsync();
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain("Dashboard:Urls");
        refused.Error.ShouldNotContain("   at ");

        // What a container's health check runs.
        world.Settings["Dashboard__Urls"] = url;
        (await world.RunAsync("health")).Output.ShouldContain($"ready ({url}");
        await StopAsync(worker);
        await using var asked = world.Start("health");
        var unready = await asked.WaitAsync();
        unready.ExitCode.ShouldBe(1);
        unready.Error.ShouldContain("does not answer (");
    }

    [Fact]
    public async Task It_tells_systemd_when_it_is_ready_and_when_it_stops()
    {
        await using var world = await World.StartAsync();
        var path = Path.Combine(world.Folder, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        world.Settings["NOTIFY_SOCKET"] = path;

        await using var worker = world.Start("serve");
        (await HearAsync(systemd)).ShouldContain("READY=1");
        worker.Terminate();
        (await HearAsync(systemd)).ShouldContain("STOPPING=1");
        (await worker.WaitAsync()).ExitCode.ShouldBe(0);
    }

    private static async Task<string> HearAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        var buffer = new byte[4096];
        return System.Text.Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None, deadline.Token));
    }

    private static Task CompletedAsync(World world, int count) => Eventually.HoldsAsync($"{count} renders are completed", async () =>
        await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == count);

    private static async Task StopAsync(RendersProcess worker)
    {
        worker.Terminate();
        (await worker.WaitAsync()).ExitCode.ShouldBe(0);
    }
}
