using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Policies;

public sealed class LookWakeUpsTests
{
    [Fact]
    public void One_render_wakes_somebody_for_itself()
    {
        var row = Look(1, 20);
        LookWakeUps.Choose([row], row).ShouldBe([row]);
    }

    [Fact]
    public void Of_looks_that_are_due_at_about_the_same_time_the_first_wakes_somebody_for_all()
    {
        var around = Look(1, 22);
        LookWakeUps.Choose([around, Look(2, 18), Look(3, 20), Look(4, 19)], around).Select(row => row.DueAt).ShouldBe([Rows.Now.AddSeconds(18)]);
    }

    [Fact]
    public void A_look_that_has_more_than_a_third_of_its_time_left_wakes_somebody_itself()
    {
        var around = Look(1, 3);
        LookWakeUps.Choose([around, Look(2, 4), Look(3, 20), Look(4, 300)], around).Count.ShouldBe(3);
    }

    [Fact]
    public void On_either_side_of_the_one_that_was_due_somebody_is_woken_for_there_may_be_others_in_between()
    {
        var (around, later) = (Look(5, 31), (Render[])[Look(1, 20), Look(2, 21), Look(8, 21.5), Look(9, 20.5)]);
        LookWakeUps.Choose([around, .. later], around).Select(row => row.DueAt).ShouldBe([later[0].DueAt, later[3].DueAt, around.DueAt]);
        around = around with { DueAt = Rows.Now.AddSeconds(19) };
        LookWakeUps.Choose([around, .. later], around).Count.ShouldBe(1);
    }

    [Fact]
    public void Where_it_is_not_known_what_lies_between_each_wakes_somebody() =>
        LookWakeUps.Choose([Look(1, 20), Look(2, 20), Look(3, 20)], around: null).Count.ShouldBe(3);

    [Fact]
    public void Whatever_the_times_every_look_is_taken_along_in_time()
    {
        var random = new Random(5);
        for (var run = 0; run < 200; run++)
        {
            var rows = Enumerable.Range(1, random.Next(1, 200)).Select(number => Look(number, 0.3 * Math.Pow(1_000, random.NextDouble()))).ToList();
            var around = random.Next(rows.Count);
            var places = rows.Select((row, place) => (row.Id, place)).ToDictionary(one => one.Id, one => Math.Sign(one.place - around));
            var chosen = LookWakeUps.Choose(rows, rows[around]);
            foreach (var row in rows)
                chosen.Any(first => first.DueAt <= row.DueAt && Math.Abs(places[first.Id] - places[row.Id]) < 2 && LookWakeUps.IsNear(row, first.DueAt!.Value)).ShouldBeTrue();
        }
    }

    private static Render Look(int number, double seconds) =>
        Rows.At(RenderStep.Poll) with { Id = Guid.CreateVersion7(Rows.Now.AddMilliseconds(number)), CreateStartedAt = Rows.Now.AddMilliseconds(number), UpdatedAt = Rows.Now, DueAt = Rows.Now.AddSeconds(seconds) };
}
