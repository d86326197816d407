using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Web;
using Microsoft.AspNetCore.WebUtilities;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>The filter of a list is its address.</summary>
public sealed class RenderQueryTests
{
    [Fact]
    public void A_filter_is_read_as_it_is_written() => Fuzz.Check(2_000, Filter, filter =>
    {
        var read = RenderQuery.Parse(QueryHelpers.ParseQuery(RenderQuery.Of(filter)));

        read.Problems.ShouldBeEmpty();
        read.Filter.Statuses.ShouldBe(filter.Statuses);
        read.Filter.Causes.ShouldBe(filter.Causes);
        (read.Filter.Model, read.Filter.Tag, read.Filter.Text).ShouldBe((filter.Model, filter.Tag, filter.Text));
    });

    [Theory]
    [InlineData("?status=Done", "status: 'Done' is not known; allowed: Queued")]
    [InlineData("?status=4", "status: '4' is not known")]
    [InlineData("?cause=Failed", "cause: 'Failed' is not known; allowed: Policy")]
    [InlineData("?model=a&model=b", "model: it is given 2 times")]
    [InlineData("?text=a%00b", "text: ")]
    [InlineData("?before=../../etc", "before: '../../etc' is no place in the list")]
    public void What_cannot_be_read_is_a_problem_and_not_a_wider_filter(string query, string problem) =>
        RenderQuery.Parse(QueryHelpers.ParseQuery(query)).Problems.ShouldHaveSingleItem().ShouldStartWith(problem);

    [Fact]
    public void Case_blanks_and_repeated_names_do_not_matter()
    {
        var read = RenderQuery.Parse(QueryHelpers.ParseQuery("?STATUS=failed&status=Failed&status=&text=+boat+&model="));

        read.Problems.ShouldBeEmpty();
        read.Filter.Statuses.ShouldBe([RenderStatus.Failed]);
        read.Filter.Text.ShouldBe("boat");
        read.Filter.Model.ShouldBeNull();
    }

    [Fact]
    public void A_chip_adds_its_status_and_takes_it_away_again()
    {
        var failed = new RenderFilter { Statuses = [RenderStatus.Failed], Tag = "a&b" };

        RenderQuery.Of(RenderQuery.Toggled(failed, RenderStatus.Parked)).ShouldBe("?status=Failed&status=Parked&tag=a%26b");
        RenderQuery.Of(RenderQuery.Toggled(failed, RenderStatus.Failed)).ShouldBe("?tag=a%26b");
    }

    private static RenderFilter Filter(Random random) => new()
    {
        Statuses = [.. Enum.GetValues<RenderStatus>().Where(_ => random.Chance(0.3))],
        Causes = [.. Enum.GetValues<RenderCause>().Where(_ => random.Chance(0.2))],
        Model = Text(random),
        Tag = Text(random),
        Batch = Text(random),
        Text = Text(random),
    };

    private static string? Text(Random random) =>
        new string([.. Arbitrary.Text(random).Where(static one => !char.IsControl(one) && !char.IsSurrogate(one)).Take(RenderQuery.MaxTextLength)]).Trim() is { Length: > 0 } text ? text : null;
}
