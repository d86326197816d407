using Bickford.Renders.Pacing;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Requests under <see cref="RenderOptions.RequestsPerMinute"/>, and the pause after the provider asked to slow down.</summary>
public sealed class PacingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_create_whose_turn_is_far_gives_its_worker_back_before_it_has_an_intent()
    {
        using var world = new World(o => o.RequestsPerMinute = 1);
        var first = await world.EnqueueAsync("one");
        var second = await world.EnqueueAsync("two");
        await world.RunAsync(first.Id);
        await world.RunAsync(second.Id);

        world.Provider.Posts.ShouldBe(1);
        var row = await world.RowAsync(second.Id);
        (row.CreateStartedAt, row.Attempt, row.Cause, row.LeaseOwner, row.WaitsForRoomSince).ShouldBe((null, 0, null, null, null));
        // A second before its turn, without jitter: nobody else has this turn.
        (row.DueAt - world.Clock.GetUtcNow()).ShouldBe(TimeSpan.FromSeconds(61.2 - 1));
        (await world.EventsAsync(second.Id)).ShouldBe(["render.enqueued"]);

        world.Clock.AdvanceTo(row.DueAt!.Value);
        await world.RunAsync(second.Id);
        world.Provider.Posts.ShouldBe(2);
    }

    [Fact]
    public async Task A_pause_that_another_worker_asked_for_holds_creates_up_too()
    {
        using var world = new World();
        var render = await world.EnqueueAsync();
        await world.Store.PauseAsync(TimeSpan.FromSeconds(20), Token);
        await world.RunAsync(render.Id);

        world.Provider.Posts.ShouldBe(0);
        var row = await world.RowAsync(render.Id);
        (row.CreateStartedAt, row.Attempt).ShouldBe((null, 0));
        row.DueAt!.Value.ShouldBeGreaterThanOrEqualTo(world.Clock.GetUtcNow() + TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_near_turn_is_waited_for()
    {
        var (clock, store) = Parts();
        var pacing = Pacing(store, clock, 60);
        await pacing.WaitAsync(Token);

        var second = pacing.WaitAsync(Token);
        second.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1.02) - TimeSpan.FromMilliseconds(1));
        second.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await second.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(600)]
    public async Task Another_workers_pause_is_seen_within_a_second(int requestsPerMinute)
    {
        var (clock, store) = Parts();
        var (mine, others) = (Pacing(store, clock, requestsPerMinute), Pacing(store, clock, requestsPerMinute));
        await mine.WaitAsync(Token);
        await others.PauseAsync(TimeSpan.FromSeconds(30));
        clock.Advance(Second);

        (await Should.ThrowAsync<RequestDeferredException>(() => mine.WaitAsync(Token))).After.ShouldBeInRange(TimeSpan.FromSeconds(28), TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(29));
        await mine.WaitAsync(Token);
    }

    [Fact]
    public async Task A_pause_that_begins_while_a_slot_is_waited_for_takes_the_slot_away()
    {
        var (clock, store) = Parts();
        var pacing = Pacing(store, clock, 60);
        await pacing.WaitAsync(Token);
        var second = pacing.WaitAsync(Token);

        await Pacing(store, clock, 60).PauseAsync(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(1.02));

        await Should.ThrowAsync<RequestDeferredException>(() => second.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token));
    }

    [Fact]
    public async Task A_slot_that_was_missed_by_a_second_is_let_go()
    {
        var clock = new ManualTime(Rows.Now);
        var gate = Substitute.For<IProviderGate>();
        var asked = 0;
        gate.ReserveAsync(60, Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>()).Returns(_ =>
        {
            if (++asked == 1)
                clock.Advance(TimeSpan.FromSeconds(1)); // the answer of the database was slow
            return new RequestSlot(true, TimeSpan.Zero);
        });

        await Pacing(gate, clock, 60).WaitAsync(Token);

        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_limit_the_gate_is_asked_at_most_twice_a_second_and_its_failures_stop_nothing()
    {
        var clock = new ManualTime(Rows.Now);
        var gate = Substitute.For<IProviderGate>();
        var pacing = Pacing(gate, clock, 0);
        for (var i = 0; i < 100; i++)
        {
            await pacing.WaitAsync(Token);
            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        await gate.Received(2).PauseLeftAsync(Arg.Any<CancellationToken>());
        await gate.DidNotReceive().ReserveAsync(Arg.Any<int>(), Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>());
        gate.PauseLeftAsync(Arg.Any<CancellationToken>()).ThrowsAsync(new IOException("the database is away"));
        clock.Advance(Second);
        await pacing.WaitAsync(Token);
    }

    [Fact]
    public async Task With_a_limit_nothing_is_sent_past_a_gate_that_cannot_be_reached()
    {
        var gate = Substitute.For<IProviderGate>();
        gate.ReserveAsync(60, Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>()).ThrowsAsync(new IOException("the database is away"));
        (await Should.ThrowAsync<Exception>(() => Pacing(gate, new ManualTime(Rows.Now), 60).WaitAsync(Token))).Message.ShouldBe("the database is away");
    }

    [Fact]
    public async Task A_strange_wish_to_wait_for_days_does_not_keep_all_workers_from_what_they_have_to_fetch()
    {
        var (clock, store) = Parts();
        await Pacing(store, clock, 0).PauseAsync(TimeSpan.FromDays(2));
        (await store.PauseLeftAsync(Token)).ShouldBe(RequestPacing.LongestPause);
    }

    [Fact]
    public void Limits_need_a_row_store_that_can_keep_them()
    {
        var services = new Microsoft.Extensions.DependencyInjection.ServiceCollection();
        services.AddRenders(o => o.MaxInFlight = 3);
        using var provider = Microsoft.Extensions.DependencyInjection.ServiceCollectionContainerBuilderExtensions.BuildServiceProvider(services);
        Should.Throw<RenderRequestException>(() => provider.GetService(typeof(RequestPacing))).Message.ShouldContain("Sora:MaxInFlight: '3' is not allowed");
    }

    private static (ManualTime Clock, IProviderGate Gate) Parts()
    {
        var clock = new ManualTime(Rows.Now);
        return (clock, new Bickford.Renders.Testing.InMemoryRenderStore(clock));
    }

    private static RequestPacing Pacing(IProviderGate gate, TimeProvider clock, int requestsPerMinute) =>
        new(gate, new RenderOptions { RequestsPerMinute = requestsPerMinute }, clock, NullLogger<RequestPacing>.Instance);
}
