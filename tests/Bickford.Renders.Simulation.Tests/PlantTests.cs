using Bickford.Renders.Simulation.Plants;

namespace Bickford.Renders.Simulation.Tests;

/// <summary>A simulation that finds no bug proves something only if it would have found one. The first half of the bugs; the second is looked for beside it.</summary>
public class OddPlantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Bugs => Planted.Every(second: 0);

    [Theory]
    [MemberData(nameof(Bugs))]
    public Task A_planted_bug_is_found_within_500_worlds(string bug) => Planted.FindAsync(bug, output);
}

/// <summary>The second half.</summary>
public class EvenPlantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Bugs => Planted.Every(second: 1);

    [Theory]
    [MemberData(nameof(Bugs))]
    public Task A_planted_bug_is_found_within_500_worlds(string bug) => Planted.FindAsync(bug, output);
}

internal static class Planted
{
    public static TheoryData<string> Every(int second) => [.. Plant.All.Select(plant => plant.Name).Where((_, index) => index % 2 == second)];

    // One process each: most bugs show in the first worlds, and a process that has just begun is slow.
    public static async Task FindAsync(string bug, ITestOutputHelper output)
    {
        var (exitCode, report) = await SimulationProcess.RunAsync("--plant", bug, "--worlds", "500", "--processes", "1");
        output.WriteLine(report);
        exitCode.ShouldBe(0, report);
    }
}
