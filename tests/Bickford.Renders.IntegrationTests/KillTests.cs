using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The program is killed at a named point of the chain and started again: every promise holds, and nothing is paid twice.</summary>
public sealed class KillTests
{
    public static TheoryData<string> Points => [.. Worker.Diagnostics.KillPoints.All.Where(p => !p.StartsWith("enqueue.", StringComparison.Ordinal)), "poll.after-look#2", "create.after-post#2", "upload.middle#2"];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_worker_killed_at_this_point_loses_nothing_and_pays_once(string point)
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = TimeSpan.FromSeconds(0.4),
            ContentBytes = 1_000_000,
        });
        // Each look by itself: a page would look at both at once.
        world.Settings["Jobs__PollMerges"] = "false";
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, ["A lighthouse in fog", "# a comment", "", "A red kite over dunes"], TestContext.Current.CancellationToken);
        (await world.RunAsync("render", "--prompts", prompts)).ExitCode.ShouldBe(0);

        await using (var victim = world.StartToDieAt(point, "serve"))
        {
            var death = await victim.WaitAsync();
            death.ExitCode.ShouldBe(137, $"it was to die at {point}:\n{death.Output}\n{death.Error}");
        }

        await using (var worker = world.Start("serve"))
        {
            await Eventually.HoldsAsync("both renders come to an end", async () =>
                await world.CountAsync("SELECT count(*) FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing')") == 0);
            // Where the killed one had finished both, this one may not have begun yet to listen to signals.
            await Eventually.HoldsAsync("the worker has started", () => Task.FromResult(worker.Output.Contains("listens on", StringComparison.Ordinal)));
            worker.Terminate();
            (await worker.WaitAsync()).ExitCode.ShouldBe(0);
        }

        await Promises.HoldAsync(world, expected: 2);
        (await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'")).ShouldBe(2);
    }

    [Theory]
    [InlineData("enqueue.before-insert", 0)]
    [InlineData("enqueue.after-insert", 1)]
    public async Task A_caller_killed_while_it_enqueues_may_ask_again_with_the_same_key(string point, int rowsAfterDeath)
    {
        await using var world = await World.StartAsync();
        await using (var victim = world.StartToDieAt(point, "render", "A lighthouse in fog", "--key", "order-17"))
            (await victim.WaitAsync()).ExitCode.ShouldBe(137);
        if (rowsAfterDeath > 0)
            (await world.CountAsync("SELECT count(*) FROM renders")).ShouldBe(rowsAfterDeath);

        var again = await world.RunAsync("render", "A lighthouse in fog", "--key", "order-17", "--wait");

        again.ExitCode.ShouldBe(0, again.Error);
        await Promises.HoldAsync(world, expected: 1);
    }
}
