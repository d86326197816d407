using Bickford.Renders.Cleanup;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Cleanup;

/// <summary>Over a row store without leases, a process takes turns with itself.</summary>
public sealed class ProcessLeaseTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ManualTime _clock = new(Rows.Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_at_a_time_and_not_before_the_rest_is_over()
    {
        var lease = new ProcessLease(_clock);
        (await lease.TryTakeAsync("w", "a", Minute, TimeSpan.Zero, Token)).ShouldBeTrue();
        (await lease.TryTakeAsync("w", "b", Minute, TimeSpan.Zero, Token)).ShouldBeFalse();
        (await lease.TryTakeAsync("other", "b", Minute, TimeSpan.Zero, Token)).ShouldBeTrue();
        await lease.ReleaseAsync("w", "a", Token);

        (await lease.TryTakeAsync("w", "b", Minute, Minute, Token)).ShouldBeFalse("it ended just now");
        (await lease.TryTakeAsync("w", "b", Minute, TimeSpan.Zero, Token)).ShouldBeTrue("but somebody asks for it");
        await lease.ReleaseAsync("w", "b", Token);
        _clock.Advance(Minute);
        (await lease.TryTakeAsync("w", "a", Minute, Minute, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_stood_still_for_too_long_has_lost_it()
    {
        var lease = new ProcessLease(_clock);
        await lease.TryTakeAsync("w", "a", Minute, TimeSpan.Zero, Token);
        _clock.Advance(TimeSpan.FromSeconds(50));
        (await lease.RenewAsync("w", "a", Minute, Token)).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromSeconds(50));
        (await lease.TryTakeAsync("w", "b", Minute, Minute, Token)).ShouldBeFalse();
        _clock.Advance(Minute);

        (await lease.TryTakeAsync("w", "b", Minute, TimeSpan.Zero, Token)).ShouldBeTrue();

        (await lease.RenewAsync("w", "a", Minute, Token)).ShouldBeFalse();
        await lease.ReleaseAsync("w", "a", Token);
        (await lease.TryTakeAsync("w", "c", Minute, TimeSpan.Zero, Token)).ShouldBeFalse("b has it");
    }
}
