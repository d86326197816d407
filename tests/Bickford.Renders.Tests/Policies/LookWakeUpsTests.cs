using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Policies;

public sealed class LookWakeUpsTests
{
    private static readonly TimeSpan Twenty = TimeSpan.FromSeconds(20);

    [Fact]
    public void One_render_wakes_somebody_for_itself() =>
        LookWakeUps.Choose([Look(1, 20)]).Select(row => row.DueAt).ShouldBe([Rows.Now + Twenty]);

    [Fact]
    public void Of_looks_that_are_due_at_about_the_same_time_the_first_wakes_somebody_for_all() =>
        LookWakeUps.Choose([Look(1, 22), Look(2, 18), Look(3, 20), Look(4, 19)]).Select(row => row.DueAt).ShouldBe([Rows.Now.AddSeconds(18)]);

    [Fact]
    public void A_look_that_has_more_than_a_quarter_of_its_time_left_wakes_somebody_itself() =>
        LookWakeUps.Choose([Look(1, 3), Look(2, 4), Look(3, 20), Look(4, 300)]).Count.ShouldBe(3);

    [Fact]
    public void Renders_too_far_apart_for_one_page_wake_somebody_each()
    {
        var rows = Enumerable.Range(1, 2 * LookWakeUps.Reach + 1).Select(number => Look(number, 20)).ToList();
        LookWakeUps.Choose(rows).Count.ShouldBe(3);
        LookWakeUps.Choose(rows.Take(LookWakeUps.Reach)).Count.ShouldBe(1);
    }

    [Fact]
    public void Whatever_the_times_every_look_is_taken_along_in_time()
    {
        var random = new Random(5);
        for (var run = 0; run < 200; run++)
        {
            var rows = Enumerable.Range(1, random.Next(1, 250)).Select(number => Look(number, 0.3 * Math.Pow(1_000, random.NextDouble()))).ToList();
            var chosen = LookWakeUps.Choose(rows);
            var places = rows.Select((row, place) => (row.Id, place)).ToDictionary(one => one.Id, one => one.place);
            foreach (var row in rows)
                chosen.Any(first => first.DueAt <= row.DueAt && Math.Abs(places[first.Id] - places[row.Id]) < LookWakeUps.Reach && LookWakeUps.IsNear(row, first.DueAt!.Value)).ShouldBeTrue();
        }
    }

    private static Render Look(int number, double seconds) =>
        Rows.At(RenderStep.Poll) with { Id = Guid.CreateVersion7(Rows.Now.AddMilliseconds(number)), UpdatedAt = Rows.Now, DueAt = Rows.Now.AddSeconds(seconds) };
}
