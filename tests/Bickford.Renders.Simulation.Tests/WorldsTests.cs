namespace Bickford.Renders.Simulation.Tests;

/// <summary>All processors are these worlds' own.</summary>
[CollectionDefinition(nameof(WorldsTests), DisableParallelization = true)]
[Collection(nameof(WorldsTests))]
public class WorldsTests(ITestOutputHelper output)
{
    /// <summary>The same worlds each time, so that a run says something about the change and nothing about luck. <c>RENDERS_WORLDS</c> runs more of them.</summary>
    [Fact]
    public async Task All_seven_promises_hold_in_thousands_of_worlds_and_every_kind_of_fault_strikes_in_some_of_them()
    {
        var worlds = Environment.GetEnvironmentVariable("RENDERS_WORLDS") ?? "2000";
        var (exitCode, report) = await SimulationProcess.RunAsync("--worlds", worlds, "--cover");
        output.WriteLine(report);
        exitCode.ShouldBe(0, report);
    }

    [Fact]
    public async Task A_seed_is_the_same_world_to_the_last_happening_alone_and_among_others()
    {
        var (_, among) = await SimulationProcess.RunAsync("--worlds", "6", "--from", "40", "--processes", "2", "--json");
        var worlds = among.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        worlds.Length.ShouldBe(6);
        foreach (var seed in (string[])["41", "44"])
        {
            var (_, alone) = await SimulationProcess.RunAsync("--seed", seed, "--json");
            worlds.ShouldContain(alone.Trim());
        }
    }
}
