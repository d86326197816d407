using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Web;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>Estimates, charts, trees and addresses, as the pages show them.</summary>
public sealed class FiguresTests
{
    private static readonly DateTimeOffset s_now = Rows.Now + TimeSpan.FromSeconds(30);

    [Fact]
    public void The_time_to_go_is_what_others_like_it_took() =>
        TimeToGo.Estimate(Rows.At(RenderStep.Poll) with { Progress = 90 }, [new("sora-2", "1280x720", 4, TimeSpan.FromMinutes(2), 20)], s_now).ShouldBe(Rows.Now + TimeSpan.FromMinutes(2));

    [Fact]
    public void Where_there_are_none_like_it_its_own_progress_tells() =>
        TimeToGo.Estimate(Rows.At(RenderStep.Poll) with { Progress = 25 }, [new("sora-2", "720x1280", 4, TimeSpan.FromMinutes(2), 20)], s_now).ShouldBe(s_now + TimeSpan.FromSeconds(90));

    [Fact]
    public void Nothing_is_said_of_a_render_that_has_only_begun_or_does_not_render()
    {
        TimeToGo.Estimate(Rows.At(RenderStep.Poll) with { Progress = 3 }, [], s_now).ShouldBeNull();
        TimeToGo.Estimate(Rows.Queued(), [], s_now).ShouldBeNull();
        TimeToGo.Estimate(Rows.At(RenderStep.Upload), [], s_now).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 4)]
    [InlineData(7, 8)]
    [InlineData(11, 20)]
    [InlineData(101, 200)]
    [InlineData(5_000, 5_000)]
    public void The_top_of_a_chart_is_round(long highest, long top) => ChartScale.Top(highest).ShouldBe(top);

    [Fact]
    public void Columns_stand_on_the_edge_and_stay_in_the_chart() => Fuzz.Check(500, static random => Enumerable.Range(0, random.Next(1, 30)).Select(_ => (IReadOnlyList<long>)[random.Next(5), random.NextInt64(1_000_000), random.Next(2)]).ToList(), columns =>
    {
        var top = ChartScale.Top(columns.Max(static column => column.Sum()));
        var blocks = ChartScale.Stack(columns, top, 600, 150);

        top.ShouldBeGreaterThanOrEqualTo(columns.Max(static column => column.Sum()));
        blocks.Count.ShouldBe(columns.Sum(static column => column.Count(static value => value > 0)));
        foreach (var block in blocks)
        {
            block.X.ShouldBeInRange(0, 600);
            (block.X + block.Width).ShouldBeLessThanOrEqualTo(600.01);
            block.Y.ShouldBeInRange(-0.1, 150);
            (block.Y + block.Height).ShouldBeLessThanOrEqualTo(150.1);
        }
    });

    [Fact]
    public void The_hours_of_a_chart_end_with_this_one()
    {
        var hours = ChartScale.Hours(s_now, 24);

        hours.Count.ShouldBe(24);
        hours[^1].ShouldBe(new DateTimeOffset(2026, 3, 4, 5, 0, 0, TimeSpan.Zero));
        hours[0].ShouldBe(new DateTimeOffset(2026, 3, 3, 6, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_family_is_shown_with_parents_above_their_children()
    {
        var first = Rows.Queued(1);
        var again = Rows.Queued(2) with { AgainOf = first.Id };
        var remix = Rows.Queued(3) with { RemixOf = first.Id };
        var ofAgain = Rows.Queued(4) with { AgainOf = again.Id };
        var orphan = Rows.Queued(5) with { AgainOf = Rows.IdOf(99) };

        Family.Tree([orphan, ofAgain, remix, again, first]).Select(static line => (line.Render.Id, line.Depth, line.Relation)).ShouldBe(
            [(first.Id, 0, ""), (again.Id, 1, "again"), (ofAgain.Id, 2, "again"), (remix.Id, 1, "remix"), (orphan.Id, 0, "")]);
    }

    [Theory]
    [InlineData("/failed", "/failed")]
    [InlineData("/renders?status=Failed&said=abc", "/renders?status=Failed")]
    [InlineData("/renders?said=abc", "/renders")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void A_form_leads_back_to_these_pages_and_nowhere_else(string? said, string leads) => LocalUrl.Or(said, "/").ShouldBe(leads);
}
