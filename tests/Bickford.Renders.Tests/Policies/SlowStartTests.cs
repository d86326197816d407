using Bickford.Renders.Pacing;

namespace Bickford.Renders.Tests.Policies;

/// <summary>How far apart requests are after a pause.</summary>
public sealed class SlowStartTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Under_a_limit_slots_begin_at_a_quarter_of_the_rate_and_come_back_to_all_of_it()
    {
        var slots = SlowStart.Under(600); // one in 0.102 s
        slots.From(0, 12 * Second).ShouldBe(408_000);
        slots.From(4 * Second, 12 * Second).ShouldBe(204_000, "after a third of the time the rate is half of it");
        slots.From(12 * Second, 12 * Second).ShouldBe(102_000);
        slots.From(-1, 12 * Second).ShouldBe(102_000, "a slot from before the pause: the pause itself is what stands between");
    }

    [Fact]
    public void Without_a_limit_slots_begin_at_two_a_second_and_end_with_the_slow_start()
    {
        var slots = SlowStart.Under(0);
        slots.From(0, 12 * Second).ShouldBe(Second / 2);
        slots.From(6 * Second, 12 * Second).ShouldBe(90_910, "11 a second, rounded up");
        slots.From(12 * Second - 1, 12 * Second).ShouldBe(1, "the next one needs no slot");
        slots.From(12 * Second, 12 * Second).ShouldBe(0);
    }

    [Fact]
    public void A_rare_slot_does_not_outlast_the_slow_start() =>
        SlowStart.Under(1).From(0, 2 * Second).ShouldBe(2 * Second + RequestSlots.Distance(1));

    [Theory]
    [InlineData(0.05, 2)]
    [InlineData(2, 2)]
    [InlineData(17, 17)]
    [InlineData(600, 60)]
    public void It_is_as_long_as_the_pause_within_bounds(double pause, double slow) =>
        SlowStart.DurationAfter(TimeSpan.FromSeconds(pause)).ShouldBe(TimeSpan.FromSeconds(slow));

    [Theory]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(RenderOptions.HighestLimit)]
    public void Slots_never_come_closer_than_the_limit_and_never_move_apart_again(int limit)
    {
        var (slots, usual) = (SlowStart.Under(limit), RequestSlots.Distance(limit));
        var before = long.MaxValue;
        for (var since = 0L; since <= 60 * Second; since += Second / 7)
        {
            var distance = slots.From(since, 60 * Second);
            distance.ShouldBeInRange(usual, before);
            before = distance;
        }
    }
}
