using System.Text.Json.Nodes;
using Bickford.Renders.Ports;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

/// <summary><c>renders costs</c>.</summary>
public sealed class CostsTests
{
    private static readonly SpentGroup s_ads = new("[red]ads", new RenderSum(3, 1.2m, 1), 0.4m);
    private static readonly SpentGroup s_none = new(null, new RenderSum(1, 0.4m, 0), 0);

    private readonly CliWorld _world = new();
    private readonly ISpending _spending = Substitute.For<ISpending>();

    public CostsTests()
    {
        _world.Parts[typeof(ISpending)] = _spending;
        _spending.GroupSpentAsync(default, default, default, default).ReturnsForAnyArgs([s_ads, s_none]);
        _spending.GroupSpentAsync(default, default, SpentBy.Day, default).ReturnsForAnyArgs(_ => [s_ads, s_none]);
        _spending.SumSpentAsync(default, default, default, default).ReturnsForAnyArgs(new RenderSum(4, 1.6m, 1));
    }

    [Fact]
    public async Task It_asks_for_whole_days_of_utc_and_prints_what_came_to_nothing()
    {
        var result = await _world.RunAsync("costs", "--by", "tag", "--since", "2026-01-30", "--until", "2026-01-31");

        result.ExitCode.ShouldBe(0, result.Error);
        await _spending.Received(1).GroupSpentAsync(At(2026, 1, 30), At(2026, 2, 1), SpentBy.Tag, Arg.Any<CancellationToken>());
        result.Out.ShouldContain("[red]ads");
        result.Out.ShouldContain("(no tag)");
        result.Out.ShouldMatch(@"all +4 +\$1\.60 +\$0\.40 +1");
    }

    [Fact]
    public async Task Budgets_are_told_with_what_is_spent_of_them()
    {
        _world.Options.Budget.PerDay = 5;

        (await _world.RunAsync("costs")).Out.ShouldContain("Budget:PerDay: $1.60 of $5.00 spent; begins anew on ");
        var json = JsonNode.Parse((await _world.RunAsync("costs", "--json")).Out)!;
        json["budgets"]!.AsArray().ShouldHaveSingleItem()!["limit"]!.GetValue<decimal>().ShouldBe(5);
        (json["total"]!["lost"]!.GetValue<decimal>(), json["groups"]!.AsArray().Count).ShouldBe((0.4m, 2));
    }

    [Theory]
    [InlineData("--since", "yesterday", "--since: 'yesterday' is not allowed; allowed: a day such as 2026-01-31")]
    [InlineData("--until", "1999-01-01", "--until: '1999-01-01' is not allowed; allowed: a day such as 2026-01-31")]
    [InlineData("--until", "2001-01-01", "--until: '2001-01-01' is not allowed; allowed: a day from ")]
    [InlineData("--by", "colour", "--by: 'colour' is not allowed; allowed: Day, Model, Tag, Outcome")]
    public async Task What_it_cannot_be_asked_is_refused_in_one_line(string option, string value, string said)
    {
        var result = await _world.RunAsync("costs", option, value);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(said);
        _spending.ReceivedCalls().ShouldBeEmpty();
    }

    private static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
