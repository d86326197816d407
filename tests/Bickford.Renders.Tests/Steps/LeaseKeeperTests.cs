using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Tests.Support;
using NSubstitute;

namespace Bickford.Renders.Tests.Steps;

public sealed class LeaseKeeperTests
{
    [Fact]
    public async Task A_renewal_that_ends_in_an_error_because_the_step_ended_does_not_throw_the_steps_outcome_away()
    {
        var clock = new ManualTime(Rows.Now);
        var renewing = new TaskCompletionSource();
        var store = Substitute.For<IRenderStore>();
        store.RenewLeaseAsync(default, "", default, TestContext.Current.CancellationToken).ReturnsForAnyArgs<Task<Render?>>(async call =>
        {
            renewing.SetResult();
            var ended = new TaskCompletionSource();
            await using var registration = call.Arg<CancellationToken>().Register(ended.SetResult);
            await ended.Task;
            throw new IOException("the query was cancelled"); // as database drivers put it
        });
        var keeper = new LeaseKeeper(store, Rows.Queued().Leased(), TimeSpan.FromSeconds(30), clock.GetTimestamp(), clock);
        clock.Advance(TimeSpan.FromSeconds(10));
        await renewing.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await keeper.DisposeAsync();
        keeper.IsLost.ShouldBeFalse();
    }
}
