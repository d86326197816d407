using Bickford.Renders.Policies;

namespace Bickford.Renders.Tests.Policies;

/// <summary>Which limits a create comes under, and what is said where it goes beyond one.</summary>
public sealed class SpendLimitTests
{
    private static readonly DateTimeOffset LateInMay = new(2026, 5, 31, 22, 30, 0, TimeSpan.FromHours(-3)); // 2026-06-01 01:30 UTC

    [Fact]
    public void Days_and_months_are_those_of_utc()
    {
        var limits = SpendLimit.Of([], new BudgetOptions { PerDay = 5, PerMonth = 50 }, LateInMay);

        var first = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
        limits.ShouldBe(
        [
            new SpendLimit("Budget:PerDay", null, first, first.AddDays(1), 5),
            new SpendLimit("Budget:PerMonth", null, first, first.AddMonths(1), 50),
        ]);
    }

    [Fact]
    public void A_render_comes_under_the_limits_of_each_of_its_tags_and_of_no_other()
    {
        var budget = new BudgetOptions { Tags = { ["ads"] = new TagBudget { PerDay = 1 }, ["team"] = new TagBudget { PerMonth = 2 }, ["other"] = new TagBudget { PerDay = 3 } } };

        SpendLimit.Of(["team", "ads", "ads", "none"], budget, LateInMay).Select(limit => (limit.Setting, limit.Tag, limit.Most))
            .ShouldBe([("Budget:Tags:team:PerMonth", "team", 2), ("Budget:Tags:ads:PerDay", "ads", 1)]);
        SpendLimit.Of(["Ads"], budget, LateInMay).ShouldBeEmpty("tags are what they are, also in case");
    }

    [Theory]
    [InlineData(9.6, 0.4, null)]
    [InlineData(9.61, 0.4, "Budget:PerDay is $10.00, $9.61 of it is spent, and this render costs $0.40; it goes on by itself when there is room, on 2026-06-02 (UTC) at the latest")]
    [InlineData(0, 10.5, "this render alone costs $10.50, and Budget:PerDay is $10.00; it waits until that is raised")]
    [InlineData(0, null, "no price is known for this render, so that Budget:PerDay cannot be kept; set its price under Sora:Models, then resume it")]
    public void What_goes_beyond_a_limit_is_said_in_one_line(double spent, double? cost, string? why) =>
        SpendLimit.Of([], new BudgetOptions { PerDay = 10 }, LateInMay)[0].WhyNot((decimal)spent, (decimal?)cost).ShouldBe(why);

    [Fact]
    public void A_limit_that_cannot_be_is_refused_by_name()
    {
        var options = Support.Rows.Options();
        options.Budget.Tags["ads"] = new TagBudget { PerMonth = -1 };

        Should.Throw<RenderRequestException>(() => RenderOptionsValidation.Check(options)).Message.ShouldContain("Budget:Tags:ads:PerMonth: '-1' is not allowed; allowed: 0 to 1000000000");
    }
}
