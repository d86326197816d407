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
    public async Task A_create_whose_turn_is_far_waits_for_it_without_an_intent_and_is_not_put_back()
    {
        using var world = new World(o => o.RequestsPerMinute = 1);
        var first = await world.EnqueueAsync("one");
        var second = await world.EnqueueAsync("two");
        await world.RunAsync(first.Id);
        DateTimeOffset? intendedAt = null;
        world.Calls.Before = name => intendedAt ??= name == "commit" ? world.Clock.GetUtcNow() : null;

        await world.PassAsync(world.Runner.RunAsync(StepJob.For(second)!, CancellationToken.None), longest: TimeSpan.FromMinutes(1));

        world.Provider.Posts.ShouldBe(2);
        (intendedAt - Rows.Now).ShouldBe(TimeSpan.FromSeconds(61.2));
        (await world.RowAsync(second.Id)).Version.ShouldBe(3, "the intent and the answer, and nothing else");
    }

    [Fact]
    public async Task A_hundred_requests_under_a_low_limit_are_sent_in_the_order_in_which_they_were_asked_for()
    {
        var (clock, store) = Parts();
        var pacing = Pacing(store, clock, 12); // one in 5.1 s: beyond the reach of most of them
        var sent = new List<int>();
        var waits = new List<Task>();
        for (var i = 0; i < 100; i++)
        {
            var number = i;
            waits.Add(SendAsync());
            clock.Advance(TimeSpan.FromMilliseconds(100));

            async Task SendAsync()
            {
                await pacing.WaitAsync(Token);
                lock (sent)
                    sent.Add(number);
            }
        }

        var giveUp = Environment.TickCount64 + 20_000;
        while (!Task.WhenAll(waits).IsCompleted && Environment.TickCount64 < giveUp)
        {
            clock.AdvanceOverPause(TimeSpan.FromMinutes(10));
            await Task.Yield();
        }

        sent.Count.ShouldBe(100);
        // Those who found no slot in reach ask again at times of their own; by then, the longer they have waited, the farther they reach.
        sent.Select((number, place) => Math.Abs(number - place)).Max().ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Slots_that_dead_processes_took_are_waited_for_no_longer_than_a_reach()
    {
        var (clock, store) = Parts();
        for (var life = 0; life < 50; life++)
        {
            for (var worker = 0; worker < 20; worker++)
                _ = Pacing(store, clock, 60).WaitAsync(Token); // and never comes back
        }

        var slot = await store.ReserveAsync(60, TimeSpan.FromHours(10), Token);
        slot.Wait.ShouldBeLessThanOrEqualTo(RequestPacing.Reach + TimeSpan.FromSeconds(1.02));
    }

    [Fact]
    public async Task A_pause_that_another_worker_asked_for_holds_creates_up_too()
    {
        using var world = new World();
        var render = await world.EnqueueAsync();
        await world.Store.PauseAsync(TimeSpan.FromSeconds(20), Token);
        var run = world.Runner.RunAsync(StepJob.For(render)!, CancellationToken.None);
        world.Clock.Advance(TimeSpan.FromSeconds(19));

        world.Provider.Posts.ShouldBe(0);
        (await world.RowAsync(render.Id)).ShouldBe(render, "nobody has touched it");
        await world.PassAsync(run, longest: TimeSpan.FromSeconds(20));
        world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_shutdown_in_a_pause_leaves_the_row_as_it_is()
    {
        using var world = new World();
        var render = await world.EnqueueAsync();
        await world.Store.PauseAsync(TimeSpan.FromSeconds(20), Token);
        using var stopping = new CancellationTokenSource();
        var run = world.Runner.RunAsync(StepJob.For(render)!, stopping.Token);

        await stopping.CancelAsync();

        (await run).ShouldBeNull();
        (await world.RowAsync(render.Id)).ShouldBe(render);
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

    [Theory]
    [InlineData(0, 3)]
    [InlineData(600, 4)]
    public async Task After_a_pause_four_processes_of_many_workers_do_not_all_begin_at_once(int requestsPerMinute, int inFirstSecond)
    {
        var (clock, store) = Parts();
        var processes = Enumerable.Range(0, 4).Select(_ => Pacing(store, clock, requestsPerMinute)).ToList();
        await processes[0].WaitAsync(Token);
        await processes[1].PauseAsync(TimeSpan.FromSeconds(20));
        var ended = clock.GetUtcNow() + TimeSpan.FromSeconds(20);
        clock.Advance(Second);
        var sent = new List<TimeSpan>();
        var waits = processes.SelectMany(process => Enumerable.Range(0, 25).Select(_ => SendAsync(process))).ToList();

        var giveUp = Environment.TickCount64 + 20_000;
        while (!Task.WhenAll(waits).IsCompleted && Environment.TickCount64 < giveUp)
        {
            clock.AdvanceOverPause(TimeSpan.FromMinutes(10));
            await Task.Yield();
        }

        sent.Count.ShouldBe(100);
        sent.ShouldAllBe(at => at >= TimeSpan.Zero);
        sent.Count(at => at < Second).ShouldBeInRange(2, inFirstSecond);
        sent.Count(at => at > 2 * Second && at < 3 * Second).ShouldBeGreaterThan(2, "and then it goes faster");

        async Task SendAsync(RequestPacing process)
        {
            await process.WaitForPauseToEndAsync(Token);
            await process.WaitAsync(Token);
            lock (sent)
                sent.Add(clock.GetUtcNow() - ended);
        }
    }

    [Fact]
    public async Task Without_a_limit_a_gate_that_cannot_be_reached_stops_nothing_in_a_slow_start_either()
    {
        var clock = new ManualTime(Rows.Now);
        var gate = Substitute.For<IProviderGate>();
        gate.PauseLeftAsync(Arg.Any<CancellationToken>()).Returns(new ProviderPause(TimeSpan.Zero, TimeSpan.FromSeconds(9)));
        gate.ReserveAsync(0, Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>()).ThrowsAsync(new IOException("the database is away"));
        await Pacing(gate, clock, 0).WaitAsync(Token);

        await gate.Received(1).ReserveAsync(0, Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_strange_wish_to_wait_for_days_does_not_keep_all_workers_from_what_they_have_to_fetch()
    {
        var (clock, store) = Parts();
        await Pacing(store, clock, 0).PauseAsync(TimeSpan.FromDays(2));
        (await store.PauseLeftAsync(Token)).Left.ShouldBe(RequestPacing.LongestPause);
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
