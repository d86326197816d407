using Bickford.Renders.Simulation.Plants;

namespace Bickford.Renders.Simulation.Tests;

/// <summary>A simulation that finds no bug proves something only if it would have found one.</summary>
public class PlantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Bugs => [.. Plant.All.Select(plant => plant.Name)];

    [Theory]
    [MemberData(nameof(Bugs))]
    public async Task A_planted_bug_is_found_within_500_worlds(string bug)
    {
        var (exitCode, report) = await SimulationProcess.RunAsync("--plant", bug, "--worlds", "500");
        output.WriteLine(report);
        exitCode.ShouldBe(0, report);
    }
}
