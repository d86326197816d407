using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>What every gate to the provider must do, seen by two workers.</summary>
public abstract class ProviderGateContract : DatabaseContract
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private IProviderGate Gate => Fixture.Gate;

    private IProviderGate OtherGate => Fixture.OtherGate;

    private ManualClock Clock => Fixture.Clock;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Eight_workers_never_send_more_than_the_limit_in_any_minute_and_leave_almost_none_of_it_unused(int limit)
    {
        const int Minutes = 3;
        var sent = new List<DateTimeOffset>();
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(Minutes); passed += Longest)
        {
            var now = Clock.GetUtcNow();
            var slots = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => AllSlotsAsync(i % 2 == 0 ? Gate : OtherGate, limit))));
            sent.AddRange(slots.SelectMany(s => s).Select(wait => now + wait));
            Clock.Advance(Longest);
        }

        sent.Sort();
        for (var i = 0; i + limit < sent.Count; i++)
            (sent[i + limit] - sent[i]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1), $"{limit + 1} requests in less than a minute, from number {i}");
        sent.Count(at => at < TestRenders.Start + TimeSpan.FromMinutes(Minutes)).ShouldBeGreaterThanOrEqualTo((int)(0.95 * limit * Minutes));
    }

    [Fact]
    public async Task Unused_time_is_not_saved_up_for_a_burst()
    {
        (await Gate.ReserveAsync(60, Longest, Cancellation)).ShouldBe(new RequestSlot(true, TimeSpan.Zero));
        Clock.Advance(TimeSpan.FromHours(1));

        (await Gate.ReserveAsync(60, Longest, Cancellation)).ShouldBe(new RequestSlot(true, TimeSpan.Zero));
        var next = await OtherGate.ReserveAsync(60, Longest, Cancellation);
        next.Granted.ShouldBeTrue();
        next.Wait.ShouldBe(TimeSpan.FromSeconds(1.02));
    }

    [Fact]
    public async Task Whoever_finds_no_slot_in_reach_takes_none_and_hears_when_the_next_is()
    {
        while ((await Gate.ReserveAsync(60, Longest, Cancellation)).Granted)
        {
        }

        for (var i = 0; i < 20; i++)
            (await (i % 2 == 0 ? Gate : OtherGate).ReserveAsync(60, Longest, Cancellation)).ShouldBe(new RequestSlot(false, TimeSpan.FromSeconds(2.04)));

        (await OtherGate.ReserveAsync(60, TimeSpan.FromSeconds(3), Cancellation)).ShouldBe(new RequestSlot(true, TimeSpan.FromSeconds(2.04)), "who reaches farther gets it");
        Clock.Advance(TimeSpan.FromSeconds(10));
        (await Gate.ReserveAsync(60, Longest, Cancellation)).ShouldBe(new RequestSlot(true, TimeSpan.Zero), "nobody who was refused holds a slot");
    }

    [Fact]
    public async Task A_pause_holds_for_the_other_worker_too_and_a_shorter_one_does_not_end_it()
    {
        (await OtherGate.PauseLeftAsync(Cancellation)).ShouldBe(default);
        await Gate.PauseAsync(TimeSpan.FromSeconds(30), Cancellation);
        await OtherGate.PauseAsync(TimeSpan.FromSeconds(5), Cancellation);

        (await OtherGate.PauseLeftAsync(Cancellation)).ShouldBe(new ProviderPause(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)));
        var refused = await OtherGate.ReserveAsync(60, Longest, Cancellation);
        (refused.Granted, refused.Wait).ShouldBe((false, TimeSpan.FromSeconds(30)));

        Clock.Advance(TimeSpan.FromSeconds(29));
        (await OtherGate.ReserveAsync(60, Longest, Cancellation)).ShouldBe(new RequestSlot(true, Second), "the first slot is at the end of the pause");
        Clock.Advance(Second);
        (await OtherGate.PauseLeftAsync(Cancellation)).ShouldBe(new ProviderPause(TimeSpan.Zero, TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(1, 2)]
    [InlineData(60, 12)]
    [InlineData(600, 12)]
    [InlineData(100_000, 2)]
    public async Task After_a_pause_slots_are_farther_apart_as_the_arithmetic_of_slow_starts_says(int limit, int pause)
    {
        await Gate.PauseAsync(TimeSpan.FromSeconds(pause), Cancellation);
        var slots = SlowStart.Under(limit);
        var (slow, since) = (pause * 1_000_000L, 0L);
        for (var i = 0; i < 30 && since <= slow + slots.After; i++)
        {
            (await (i % 2 == 0 ? Gate : OtherGate).ReserveAsync(limit, TimeSpan.FromMinutes(10), Cancellation))
                .ShouldBe(new RequestSlot(true, TimeSpan.FromSeconds(pause) + TimeSpan.FromMicroseconds(since)), $"slot {i}");
            since += slots.From(since, slow);
        }
    }

    [Fact]
    public async Task Eight_workers_begin_at_a_quarter_of_the_rate_after_a_pause_and_are_back_at_all_of_it_when_the_slow_start_ends()
    {
        const int Limit = 120;
        await Gate.PauseAsync(TimeSpan.FromSeconds(40), Cancellation);
        Clock.Advance(TimeSpan.FromSeconds(40));
        var began = Clock.GetUtcNow();
        var sent = new List<TimeSpan>();
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(80); passed += Longest)
        {
            var slots = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => AllSlotsAsync(i % 2 == 0 ? Gate : OtherGate, Limit))));
            sent.AddRange(slots.SelectMany(s => s).Select(wait => passed + wait));
            Clock.Advance(Longest);
        }

        InSeconds(0, 4).ShouldBeInRange(2, 4, "two a second is all of it");
        InSeconds(36, 40).ShouldBeInRange(6, 8);
        InSeconds(40, 80).ShouldBeGreaterThanOrEqualTo(78, "one in 0.51 s");
        InSeconds(0, 40).ShouldBeInRange(47, 51, "five eighths of it");

        int InSeconds(int from, int to) => sent.Count(at => at.TotalSeconds >= from && at.TotalSeconds < to);
    }

    [Fact]
    public async Task Without_a_limit_slots_are_given_in_a_slow_start_only()
    {
        await ShouldBeAtOnceAsync();
        await Gate.PauseAsync(TimeSpan.FromSeconds(4), Cancellation);
        Clock.Advance(TimeSpan.FromSeconds(4));

        (await AllSlotsAsync(Gate, 0, TimeSpan.FromSeconds(1))).Count.ShouldBeInRange(3, 5, "two a second, and a little more");
        (await OtherGate.ReserveAsync(0, Longest, Cancellation)).Wait.ShouldBeGreaterThan(TimeSpan.FromSeconds(1), "for all workers together");

        Clock.Advance(TimeSpan.FromSeconds(4));
        await ShouldBeAtOnceAsync();

        async Task ShouldBeAtOnceAsync()
        {
            for (var i = 0; i < 20; i++)
                (await (i % 2 == 0 ? Gate : OtherGate).ReserveAsync(0, TimeSpan.Zero, Cancellation)).ShouldBe(new RequestSlot(true, TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task A_pause_in_a_slow_start_begins_it_again_and_does_not_make_it_shorter()
    {
        await Gate.PauseAsync(TimeSpan.FromSeconds(50), Cancellation);
        Clock.Advance(TimeSpan.FromSeconds(80));
        await OtherGate.PauseAsync(TimeSpan.FromSeconds(2), Cancellation);

        (await Gate.PauseLeftAsync(Cancellation)).ShouldBe(new ProviderPause(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20)));
        (await Gate.ReserveAsync(60, Longest, Cancellation)).Wait.ShouldBe(TimeSpan.FromSeconds(2));
        (await OtherGate.ReserveAsync(60, TimeSpan.FromMinutes(1), Cancellation)).Wait.ShouldBe(TimeSpan.FromSeconds(2 + 4 * 1.02), "a quarter of the rate again");

        await OtherGate.PauseAsync(TimeSpan.FromSeconds(45), Cancellation);
        (await Gate.PauseLeftAsync(Cancellation)).ShouldBe(new ProviderPause(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(90)));
    }

    [Fact]
    public async Task Sixteen_workers_that_commit_at_once_never_get_more_renders_in_flight_than_allowed()
    {
        var renders = await InsertedAsync(16);

        var results = await Task.WhenAll(renders.Select((render, i) => Task.Run(() => IntendAsync(i % 2 == 0 ? Fixture.Store : Fixture.OtherStore, render, 3))));

        results.Count(result => result == CommitResult.Committed).ShouldBe(3);
        results.Count(result => result == CommitResult.NoRoom).ShouldBe(13);
        (await OtherGate.CountInFlightAsync(null, 100, Cancellation)).ShouldBe(3);
        (await Gate.CountInFlightAsync(null, 2, Cancellation)).ShouldBe(2, "it counts no further than asked");
    }

    [Fact]
    public async Task A_create_that_found_no_room_wrote_nothing()
    {
        var renders = await InsertedAsync(2);
        await IntendAsync(Fixture.Store, renders[0], 1);

        (await IntendAsync(Fixture.OtherStore, renders[1], 1)).ShouldBe(CommitResult.NoRoom);

        (await Fixture.Store.GetAsync(renders[1].Id, Cancellation)).ShouldBeRow(renders[1]);
        (await IntendAsync(Fixture.Store, renders[1] with { Version = 7 }, 1)).ShouldBe(CommitResult.Conflict);
    }

    [Theory]
    [InlineData(RenderStatus.Storing)]
    [InlineData(RenderStatus.Completed)]
    [InlineData(RenderStatus.Failed)]
    [InlineData(RenderStatus.Cancelled)]
    [InlineData(RenderStatus.Parked)]
    [InlineData(RenderStatus.Queued)]
    public async Task Whatever_ends_the_providers_work_makes_room(RenderStatus ended)
    {
        var renders = await InsertedAsync(2);
        await IntendAsync(Fixture.Store, renders[0], 1);
        var row = (await Fixture.Store.GetAsync(renders[0].Id, Cancellation))!;
        var rendering = row.Next() with { Status = RenderStatus.Rendering, Step = RenderStep.Poll, VideoId = "video_1" };
        await CommitAsync(ended == RenderStatus.Queued ? row.Next() : rendering);
        (await IntendAsync(Fixture.OtherStore, renders[1], 1)).ShouldBe(CommitResult.NoRoom);

        row = (await Fixture.Store.GetAsync(renders[0].Id, Cancellation))!;
        // Queued: the provider refused the create.
        await CommitAsync(row.Next() with { Status = ended, CreateStartedAt = ended == RenderStatus.Queued ? null : row.CreateStartedAt });

        (await IntendAsync(Fixture.OtherStore, renders[1], 1)).ShouldBe(CommitResult.Committed);
    }

    [Fact]
    public async Task A_create_whose_worker_died_keeps_its_place_and_can_be_sent_again_in_it()
    {
        var renders = await InsertedAsync(2);
        var leased = (await Fixture.Store.TryLeaseAsync(renders[0].Id, RenderStep.Create, 1, "dead", Second, Cancellation))!;
        await IntendAsync(Fixture.Store, leased, 1);
        Clock.Advance(TimeSpan.FromMinutes(1));

        (await IntendAsync(Fixture.OtherStore, renders[1], 1)).ShouldBe(CommitResult.NoRoom, "the provider may be at it");
        var taken = (await Fixture.OtherStore.TryLeaseAsync(renders[0].Id, RenderStep.Create, 2, "heir", Second, Cancellation))!;
        (await OtherGate.CountInFlightAsync(taken.Id, 1, Cancellation)).ShouldBe(0);
        (await IntendAsync(Fixture.OtherStore, taken, 1)).ShouldBe(CommitResult.Committed);
    }

    [Fact]
    public async Task Those_that_wait_for_room_are_listed_by_priority_then_age_unless_somebody_is_at_them()
    {
        var renders = await InsertedAsync(6);
        int[] priorities = [0, 5, 0, 5, 9];
        var waiting = new List<Render>();
        foreach (var (render, priority) in renders.Zip(priorities))
        {
            await CommitAsync(render.Next() with { Priority = priority, WaitsForRoomSince = TestRenders.Start, DueAt = TestRenders.Start.AddMinutes(5) });
            waiting.Add((await Fixture.Store.GetAsync(render.Id, Cancellation))!);
        }

        await Fixture.Store.TryLeaseAsync(waiting[4].Id, RenderStep.Create, waiting[4].Version, "busy", TimeSpan.FromMinutes(1), Cancellation);

        (await OtherGate.ListWaitingForRoomAsync(4, Cancellation)).ShouldBe(
            [.. new[] { waiting[1], waiting[3], waiting[0] }.Select(row => StepJob.For(row)! with { DueAt = row.CreatedAt })]);
        (await OtherGate.ListWaitingForRoomAsync(1, Cancellation)).ShouldBeEmpty("the first one's place is his, also while somebody is at him");
    }

    [Fact]
    public async Task Of_those_that_wait_for_room_the_ones_of_a_higher_priority_and_the_older_ones_go_before_another()
    {
        var renders = await InsertedAsync(5);
        int[] priorities = [0, 5, 0, -3];
        foreach (var (render, priority) in renders.Zip(priorities))
            await CommitAsync(render.Next() with { Priority = priority, WaitsForRoomSince = TestRenders.Start });
        await Fixture.Store.TryLeaseAsync(renders[1].Id, RenderStep.Create, 2, "busy", TimeSpan.FromMinutes(1), Cancellation);

        (await BeforeAsync(renders[0], 0)).ShouldBe(1);
        (await BeforeAsync(renders[2], 0)).ShouldBe(2);
        (await BeforeAsync(renders[3], -3)).ShouldBe(3);
        (await BeforeAsync(renders[4], 0)).ShouldBe(3, "one that does not wait yet");
        (await BeforeAsync(renders[4] with { Turn = 1 }, 0)).ShouldBe(2, "of its priority only the one whose turn was before");
        (await BeforeAsync(renders[4], 6)).ShouldBe(0);
        (await OtherGate.CountWaitingBeforeAsync(renders[3].Id, -3, 0, 2, Cancellation)).ShouldBe(2, "it counts no further than asked");

        Task<int> BeforeAsync(Render render, int priority) => Gate.CountWaitingBeforeAsync(render.Id, priority, render.Turn, 100, Cancellation);
    }

    private static async Task<List<TimeSpan>> AllSlotsAsync(IProviderGate gate, int limit, TimeSpan? longest = null)
    {
        var waits = new List<TimeSpan>();
        while (await gate.ReserveAsync(limit, longest ?? Longest, Cancellation) is { Granted: true } slot)
            waits.Add(slot.Wait);
        return waits;
    }

    private static Task<CommitResult> IntendAsync(IRenderStore store, Render render, int maxInFlight)
    {
        var next = render.Next() with { CreateStartedAt = TestRenders.Start, CreateSince = TestRenders.Start };
        return store.CommitIntentAsync(next, render.Version, [next.Entry("render.create_started")], new IntentLimits(maxInFlight, []), Cancellation);
    }

    private async Task CommitAsync(Render next) =>
        (await Fixture.Store.CommitAsync(next, next.Version - 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Committed);

    private async Task<List<Render>> InsertedAsync(int count)
    {
        var renders = new List<Render>();
        for (var i = 0; i < count; i++)
        {
            var render = TestRenders.New(TestRenders.Start.AddMilliseconds(i), $"take {i}");
            renders.Add((await Fixture.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation)).Render);
        }

        return renders;
    }
}
