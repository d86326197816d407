namespace Bickford.Renders.Simulation.Tests;

/// <summary>
/// Worlds that were broken before a bug was mended: with the mend taken out again, each of these seeds breaks the promise. A seed names a world of one version of the
/// simulation; whoever changes its dice looks for new seeds with the mends taken out.
/// </summary>
public class RegressionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("493", "a list without has_more ended at its first page: the video of a lost answer was not seen, and paid a second time")]
    [InlineData("557", "the same after a worker had died")]
    [InlineData("377", "clean-up took the files of a failed render whose video could still be fetched")]
    public async Task A_world_that_once_was_broken_holds(string seed, string bug)
    {
        var (exitCode, report) = await SimulationProcess.RunAsync("--seed", seed);
        exitCode.ShouldBe(0, $"{bug}:\n{report}");
        output.WriteLine($"{seed}: {bug}");
    }
}
