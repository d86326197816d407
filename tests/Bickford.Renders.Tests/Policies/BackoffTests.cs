using Bickford.Renders.Policies;

namespace Bickford.Renders.Tests.Policies;

public sealed class BackoffTests
{
    private static readonly PollOptions Poll = new() { First = TimeSpan.FromSeconds(2), Max = TimeSpan.FromSeconds(20), Factor = 1.5 };
    private static readonly RetryOptions Retry = new() { First = TimeSpan.FromSeconds(2), Max = TimeSpan.FromMinutes(2) };

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 4.5)]
    [InlineData(6, 20)]
    [InlineData(int.MaxValue, 20)]
    public void The_next_look_grows_by_the_factor_up_to_the_longest(int looks, double seconds) =>
        NextLook(looks, Poll, null, 0.5).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 16)]
    [InlineData(6, 120)]
    [InlineData(int.MaxValue, 120)]
    public void The_next_try_doubles_up_to_the_longest(int attempt, double seconds) =>
        Backoff.NextTry(attempt, Retry, null, 1).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void A_look_is_spread_by_ten_percent_and_a_try_over_its_upper_half()
    {
        NextLook(0, Poll, null, 0).ShouldBe(TimeSpan.FromSeconds(1.8));
        NextLook(0, Poll, null, 1).ShouldBe(TimeSpan.FromSeconds(2.2));
        Backoff.NextTry(0, Retry, null, 0).ShouldBe(TimeSpan.FromSeconds(1));
        Backoff.NextTry(0, Retry, null, 1).ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Waiting_never_gets_shorter_with_the_count()
    {
        foreach (var random in new[] { 0.0, 0.5, 0.999 })
        {
            for (var i = 0; i < 100; i++)
            {
                NextLook(i + 1, Poll, null, random).ShouldBeGreaterThanOrEqualTo(NextLook(i, Poll, null, random));
                Backoff.NextTry(i + 1, Retry, null, random).ShouldBeGreaterThanOrEqualTo(Backoff.NextTry(i, Retry, null, random));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void A_servers_hint_is_a_lower_bound_and_never_shortens(double random)
    {
        var hint = TimeSpan.FromMinutes(5);
        NextLook(0, Poll, hint, random).ShouldBe(hint);
        Backoff.NextTry(0, Retry, hint, random).ShouldBeGreaterThanOrEqualTo(hint);
        NextLook(9, Poll, TimeSpan.FromMilliseconds(1), random).ShouldBe(NextLook(9, Poll, null, random));
        Backoff.NextTry(9, Retry, TimeSpan.Zero, random).ShouldBe(Backoff.NextTry(9, Retry, null, random));
    }

    [Fact]
    public void A_hint_without_measure_is_cut_to_a_day_so_that_no_due_time_overflows()
    {
        NextLook(0, Poll, TimeSpan.MaxValue, 0.999).ShouldBe(Backoff.LongestHint);
        Backoff.NextTry(0, Retry, TimeSpan.MaxValue, 0.999).ShouldBeInRange(Backoff.LongestHint, Backoff.LongestHint + Retry.First);
    }

    [Fact]
    public void The_widest_settings_do_not_overflow()
    {
        var poll = new PollOptions { First = TimeSpan.FromHours(1), Max = TimeSpan.FromDays(1), Factor = 10 };
        var retry = new RetryOptions { First = TimeSpan.FromHours(1), Max = TimeSpan.FromDays(1) };
        foreach (var count in new[] { 0, 1, 30, 1000, int.MaxValue })
        {
            NextLook(count, poll, null, 1).ShouldBeInRange(TimeSpan.FromHours(1), TimeSpan.FromDays(1.1));
            Backoff.NextTry(count, retry, null, 1).ShouldBeInRange(TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        }
    }

    // Of a render so old that its age says nothing.
    private static TimeSpan NextLook(int looks, PollOptions options, TimeSpan? hint, double random) =>
        LookSchedule.Next(looks, TimeSpan.FromDays(100), null, default, options, hint, random);
}
