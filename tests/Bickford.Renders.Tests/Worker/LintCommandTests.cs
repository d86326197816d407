using System.Text.Json.Nodes;

namespace Bickford.Renders.Tests.Worker;

public sealed class LintCommandTests
{
    private readonly CliWorld _world = new();

    [Fact]
    public async Task Hints_are_told_one_a_line_and_are_no_failure()
    {
        var result = await _world.RunAsync("lint", "Mickey Mouse in fog");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split("  ", 2)[0]).ShouldBe(["refused? characters", "lacks", "lacks", "lacks"]);
        result.Out.ShouldContain("copyrighted characters and brands are refused");
    }

    [Fact]
    public async Task A_prompt_that_lacks_nothing_is_praised() =>
        (await _world.RunAsync("lint", "Drone shot: an old fisherman walks along a pier at dusk")).Out.ShouldStartWith("✓");

    [Fact]
    public async Task A_file_is_looked_at_line_by_line()
    {
        _world.Input = "# film\nDrone shot: an old fisherman walks along a pier at dusk\nlighthouse\n";

        var text = await _world.RunAsync("lint", "--prompts", "-");
        text.Out.ShouldContain("✓ line 2");
        text.Out.ShouldContain("! line 3");

        var json = JsonNode.Parse((await _world.RunAsync("lint", "--prompts", "-", "--json")).Out)!["prompts"]!.AsArray();
        json.Select(one => one!["line"]!.GetValue<int>()).ShouldBe([2, 3]);
        json[0]!["hints"]!.AsArray().Count.ShouldBe(0);
        json[1]!["hints"]![0]!["kind"]!.GetValue<string>().ShouldBe("Lacks");
    }

    [Theory]
    [InlineData("PROMPT", "lint")]
    [InlineData("prompt", "lint", " ")]
    [InlineData("--prompts", "lint", "x", "--prompts", "-")]
    public async Task A_prompt_is_needed(string field, params string[] arguments)
    {
        var result = await _world.RunAsync(arguments);

        (result.ExitCode, result.Out).ShouldBe((2, ""));
        result.Error.ShouldStartWith(field);
    }
}
