using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests;

/// <summary>Limits at the provider hold over all workers on one database: by the provider's own record.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Two_workers_never_have_more_videos_rendered_at_once_than_allowed()
    {
        await using var world = await World.StartAsync(new SimulatorOptions { RenderTime = TimeSpan.FromSeconds(0.7) });
        world.Settings["Sora__MaxInFlight"] = "3";
        await RunTwoAsync(world, 12);

        var videos = world.Simulator.Videos.Creates;
        videos.Count.ShouldBe(12);
        foreach (var video in videos)
            videos.Count(v => v.CreatedAt <= video.CreatedAt && video.CreatedAt < v.CreatedAt + v.QueueTime + v.RenderTime).ShouldBeLessThanOrEqualTo(3);
        videos.Max(video => videos.Count(v => v.CreatedAt <= video.CreatedAt && video.CreatedAt < v.CreatedAt + v.QueueTime + v.RenderTime)).ShouldBeGreaterThan(1);
        await Promises.HoldAsync(world, expected: 12);
    }

    [Fact]
    public async Task Two_workers_together_never_send_more_requests_than_allowed()
    {
        const int PerSecond = 10;
        await using var world = await World.StartAsync();
        world.Settings["Sora__RequestsPerMinute"] = "600";
        await RunTwoAsync(world, 16);

        var times = world.Simulator.Requests.Entries.Select(request => request.At).Order().ToList();
        times.Count.ShouldBeGreaterThan(5 * PerSecond, "enough to tell");
        // A request may go out up to a second after its slot, and no more: so a window holds its own share and at most that of the second before it.
        foreach (var seconds in new[] { 1, 3, 5 })
        {
            var most = Enumerable.Range(0, times.Count).Max(i => times.Skip(i).TakeWhile(at => at < times[i].AddSeconds(seconds)).Count());
            most.ShouldBeLessThanOrEqualTo((seconds + 1) * PerSecond, $"requests in {seconds} s");
        }

        await Promises.HoldAsync(world, expected: 16);
    }

    [Fact]
    public async Task After_a_429_no_worker_sends_anything_until_the_time_is_over()
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            RenderTime = TimeSpan.FromSeconds(20),
            Faults = [FaultRule.Parse("get:status:status=429:retry-after=6s:skip=10:times=1")],
        });
        (world.Settings["Sora__ReadAttempts"], world.Settings["Jobs__PollMerges"]) = ("1", "false");
        await EnqueueAsync(world, 8);
        await using var first = world.Start("serve");
        await using var second = world.Start("serve");
        await Eventually.HoldsAsync("the pause is over", () => Task.FromResult(
            Refusal(world) is { } refusal && world.Simulator.Requests.Entries.Any(request => request.At > refusal.AddSeconds(6))));

        var at = Refusal(world)!.Value;
        world.Simulator.Requests.Entries.Where(request => request.At > at.AddSeconds(1) && request.At < at.AddSeconds(5.9)).ShouldBeEmpty();
        world.Simulator.Requests.Entries.ShouldContain(request => request.At > at.AddSeconds(-1) && request.At < at);
    }

    private static DateTimeOffset? Refusal(World world) => world.Simulator.Requests.Entries.FirstOrDefault(request => request.Status == 429)?.At;

    private static async Task RunTwoAsync(World world, int renders)
    {
        await EnqueueAsync(world, renders);
        await using var first = world.Start("serve");
        await using var second = world.Start("serve");
        await Eventually.HoldsAsync($"{renders} renders are completed", async () =>
            await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == renders);
        foreach (var worker in new[] { first, second })
        {
            worker.Terminate();
            (await worker.WaitAsync()).ExitCode.ShouldBe(0);
        }
    }

    private static async Task EnqueueAsync(World world, int renders)
    {
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, Enumerable.Range(1, renders).Select(i => $"Take {i} of the same harbour"), TestContext.Current.CancellationToken);
        (await world.RunAsync("render", "--prompts", prompts)).ExitCode.ShouldBe(0);
    }
}
