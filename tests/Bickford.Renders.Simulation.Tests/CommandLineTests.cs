namespace Bickford.Renders.Simulation.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("--plant 'typo' is not allowed; allowed: post-before-intent", "--plant", "typo")]
    [InlineData("--worlds '0' is not allowed; allowed: 1 or more", "--worlds", "0")]
    [InlineData("--processes '0' is not allowed; allowed: 1 to 64", "--processes", "0")]
    [InlineData("--minutes '-1' is not allowed; allowed: more than 0, up to 10000", "--minutes", "-1")]
    [InlineData("--seed '7' is not allowed; allowed: without --worlds", "--seed", "7", "--worlds", "5")]
    [InlineData("--seeds", "--seeds", "7")]
    public async Task What_is_not_allowed_gets_one_line_that_says_what_is(string line, params string[] arguments)
    {
        var (exitCode, report) = await SimulationProcess.RunAsync(arguments);
        exitCode.ShouldBe(2);
        report.ShouldContain(line);
        report.ShouldNotContain("   at ");
    }
}
