using Bickford.Renders.Policies;

namespace Bickford.Renders.Tests.Policies;

public sealed class LookScheduleTests
{
    private static readonly PollOptions Options = new();
    private static readonly LookPlan Sixty = LookPlan.Learn(Enumerable.Repeat(TimeSpan.FromSeconds(60), 20), 6)!;

    [Fact]
    public void Where_nothing_is_learnt_the_time_between_looks_grows_from_the_first_to_the_longest()
    {
        var age = TimeSpan.Zero;
        var intervals = new List<TimeSpan>();
        for (var looks = 0; looks < 12; looks++)
        {
            intervals.Add(Next(looks, age));
            age += intervals[^1];
        }

        intervals[0].ShouldBe(Options.First);
        intervals.ShouldBeInOrder(SortDirection.Ascending);
        intervals[^1].ShouldBe(Options.Max);
    }

    [Fact]
    public void A_look_that_came_early_does_not_put_off_the_next() =>
        Next(looks: 9, TimeSpan.FromSeconds(10)).ShouldBe(TimeSpan.FromSeconds(7));

    [Fact]
    public void A_render_that_was_resumed_is_looked_at_soon_however_old_it_is() =>
        Next(looks: 0, TimeSpan.FromHours(3)).ShouldBe(Options.First);

    [Fact]
    public void Progress_that_grows_steadily_foretells_the_end()
    {
        var progress = default(SeenProgress).Seen(20, TimeSpan.FromSeconds(20)).Seen(90, TimeSpan.FromSeconds(90));
        progress.Left!.Value.TotalSeconds.ShouldBe(10, 0.001);
        Next(8, TimeSpan.FromSeconds(90), progress).TotalSeconds.ShouldBe(11.2, 0.01);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 50)]
    [InlineData(99, 99)]
    [InlineData(10, 99)]
    [InlineData(60, 62)]
    public void Progress_that_stands_still_or_jumps_says_nothing(int before, int now)
    {
        var progress = default(SeenProgress).Seen(before, TimeSpan.FromSeconds(60)).Seen(now, TimeSpan.FromSeconds(90));
        progress.Left.ShouldBeNull();
        Next(8, TimeSpan.FromSeconds(90), progress).ShouldBe(Options.Max);
    }

    [Fact]
    public void An_end_that_progress_foretells_far_ahead_changes_nothing()
    {
        var progress = default(SeenProgress).Seen(1, TimeSpan.FromSeconds(60)).Seen(2, TimeSpan.FromSeconds(120));
        Next(8, TimeSpan.FromSeconds(120), progress).ShouldBe(Options.Max);
    }

    [Fact]
    public void Where_times_are_learnt_the_settings_of_the_backoff_do_not_bind() =>
        Next(0, TimeSpan.Zero, plan: Sixty).ShouldBeGreaterThan(Options.Max);

    [Fact]
    public void No_time_between_looks_is_longer_than_five_minutes_or_shorter_than_a_quarter_of_a_second()
    {
        var days = LookPlan.Learn(Enumerable.Repeat(TimeSpan.FromDays(2), 20), 2)!;
        Next(0, TimeSpan.Zero, plan: days).ShouldBe(LookSchedule.Longest);
        var quick = LookPlan.Learn(Enumerable.Repeat(TimeSpan.FromSeconds(0.1), 20), 100)!;
        Next(0, TimeSpan.FromSeconds(0.1), plan: quick).ShouldBe(TimeSpan.FromSeconds(0.25));
    }

    [Fact]
    public void The_servers_hint_is_a_lower_bound_for_all_of_it()
    {
        var hint = TimeSpan.FromSeconds(100);
        Next(0, TimeSpan.Zero, hint: hint).ShouldBe(hint);
        Next(0, TimeSpan.FromSeconds(59), plan: Sixty, hint: hint).ShouldBe(hint);
        Next(0, TimeSpan.Zero, hint: TimeSpan.FromDays(9)).ShouldBe(Backoff.LongestHint);
    }

    [Fact]
    public void Looks_are_spread_by_a_tenth_either_way()
    {
        LookSchedule.Next(0, TimeSpan.Zero, null, default, Options, null, 0).ShouldBe(Options.First * 0.9);
        LookSchedule.Next(0, TimeSpan.Zero, null, default, Options, null, 1).ShouldBe(Options.First * 1.1);
    }

    private static TimeSpan Next(int looks, TimeSpan age, SeenProgress progress = default, LookPlan? plan = null, TimeSpan? hint = null) =>
        LookSchedule.Next(looks, age, plan, progress, Options, hint, 0.5);
}
