namespace Bickford.Renders.Tests.Support;

public class ManualTimeProviderTests
{
    [Fact]
    public void Advancing_fires_due_timers_in_order_each_at_its_own_time()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        using var late = clock.CreateTimer(_ => fired.Add(("late", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var soon = clock.CreateTimer(_ => fired.Add(("soon", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        clock.Advance(TimeSpan.FromSeconds(5));

        fired.ShouldBe([("soon", TimeSpan.FromSeconds(2)), ("soon", TimeSpan.FromSeconds(4)), ("late", TimeSpan.FromSeconds(5))]);
        clock.GetUtcNow().ShouldBe(start + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_is_moved_and_not_before()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromSeconds(10), clock, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(9));
        delay.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        await delay;
    }

    [Fact]
    public void A_token_source_that_is_rearmed_is_cancelled_at_the_new_time()
    {
        var clock = new ManualTimeProvider();
        using var source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);

        source.CancelAfter(TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromSeconds(2));
        source.CancelAfter(TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromSeconds(2));
        source.IsCancellationRequested.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        source.IsCancellationRequested.ShouldBeTrue();
    }
}
