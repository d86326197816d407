using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Creates under <see cref="RenderOptions.MaxInFlight"/>.</summary>
public sealed class RoomTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_create_that_finds_no_room_waits_without_a_post_an_intent_or_a_failed_try()
    {
        using var world = new World(o => o.MaxInFlight = 1);
        var first = await world.EnqueueAsync("one");
        var second = await world.EnqueueAsync("two");
        await world.RunAsync(first.Id);
        await world.RunAsync(second.Id);

        var row = await world.RowAsync(second.Id);
        world.Provider.Posts.ShouldBe(1);
        (row.Status, row.CreateStartedAt, row.Attempt, row.Cause, row.LeaseOwner).ShouldBe((RenderStatus.Queued, null, 0, null, null));
        row.WaitsForRoomSince.ShouldBe(world.Clock.GetUtcNow());
        row.DueAt.ShouldBe(row.DeadlineAt, "room wakes it, and nothing else but its deadline");
        (await world.EventsAsync(second.Id)).ShouldBe(["render.enqueued"]);
        world.Scheduler.Jobs.ShouldNotContain(job => job.RenderId == row.Id && job.Version == row.Version);
    }

    [Fact]
    public async Task The_one_that_makes_room_hands_the_next_over_at_once()
    {
        using var world = new World(o => o.MaxInFlight = 1);
        world.Provider.LooksToFinish = 1;
        var first = await world.EnqueueAsync("one");
        var second = await world.EnqueueAsync("two");
        await world.RunAsync(first.Id);
        await world.RunAsync(second.Id);
        world.Scheduler.Jobs.Clear();

        await world.RunAsync(first.Id); // the look that finds it completed

        var woken = world.Scheduler.Jobs.Where(job => job.RenderId == second.Id).ShouldHaveSingleItem();
        woken.DueAt.ShouldBe(second.CreatedAt);
        await world.PassAsync(world.Runner.RunAsync(woken, CancellationToken.None));
        world.Provider.Posts.ShouldBe(2);
        (await world.RowAsync(second.Id)).WaitsForRoomSince.ShouldBeNull();
    }

    [Fact]
    public async Task A_render_that_a_person_resumes_waits_its_turn_behind_those_of_its_tag_that_wait_already()
    {
        using var world = new World(o => o.MaxInFlight = 1);
        var stopped = await world.EnqueueAsync("one");
        world.Provider.OnCreating = () => throw new Bickford.Renders.Videos.VideosApiException(Bickford.Renders.Videos.VideosFault.Quota, "no credit", Bickford.Renders.Videos.RequestEffect.None);
        await world.RunAsync(stopped.Id);
        (await world.RowAsync(stopped.Id)).Cause.ShouldBe(RenderCause.Quota);
        world.Provider.OnCreating = null;
        var waiting = await world.EnqueueAsync("two");
        waiting.Turn.ShouldBe(0, "nothing waits before it");
        world.Scheduler.Jobs.Clear();

        var resumed = await world.Renders.ResumeAsync(stopped.Id, "ann", Token);

        resumed.Turn.ShouldBe(1);
        (await world.RowAsync(stopped.Id)).Turn.ShouldBe(1);
        world.Scheduler.Jobs.ShouldBe([StepJob.For(resumed)!]);
    }

    [Fact]
    public async Task Room_that_a_person_made_is_found_by_reconcile_and_goes_to_the_highest_priority()
    {
        using var world = new World(o => o.MaxInFlight = 1);
        var first = await world.EnqueueAsync("one");
        await world.RunAsync(first.Id);
        List<Guid> waiting = [];
        foreach (var priority in new[] { 0, 7, 3 })
        {
            waiting.Add((await world.Renders.EnqueueAsync(new RenderRequest("more") { Model = "sora-2", Size = "1280x720", Seconds = 4, Priority = priority }, null, Token)).Id);
            await world.RunAsync(waiting[^1]);
        }

        await world.Reconciler.ReconcileAsync(Token);
        world.Scheduler.Jobs.Clear();
        await world.Reconciler.ReconcileAsync(Token);
        world.Scheduler.Jobs.ShouldBeEmpty("there is no room");

        await world.Renders.CancelAsync(first.Id, "ann", Token);
        await world.Reconciler.ReconcileAsync(Token);

        world.Scheduler.Jobs.ShouldHaveSingleItem().RenderId.ShouldBe(waiting[1]);
    }

    [Fact]
    public async Task Room_that_another_worker_takes_in_the_last_moment_is_not_taken_twice()
    {
        using var world = new World(o => o.MaxInFlight = 1);
        var mine = await world.EnqueueAsync("one");
        var others = await world.EnqueueAsync("two");
        var commits = 0;
        world.Calls.Before = name =>
        {
            if (name != "commit" || commits++ > 0)
                return;
            var intent = others with { Version = 2, CreateStartedAt = Rows.Now, CreateSince = Rows.Now };
            world.Store.CommitAsync(intent, 1, [], CancellationToken.None).GetAwaiter().GetResult().ShouldBe(CommitResult.Committed);
        };

        await world.RunAsync(mine.Id);

        world.Provider.Posts.ShouldBe(0);
        var row = await world.RowAsync(mine.Id);
        (row.CreateStartedAt, row.LeaseOwner).ShouldBe((null, null));
        row.WaitsForRoomSince.ShouldNotBeNull();
        await world.Store.CommitAsync((await world.RowAsync(others.Id)) with { Version = 3, CreateStartedAt = null }, 2, [], Token); // it was refused
        world.Scheduler.Jobs.Clear();
        await world.Reconciler.ReconcileAsync(Token);
        world.Scheduler.Jobs.ShouldContain(job => job.RenderId == mine.Id);
    }

    [Fact]
    public async Task A_create_that_had_waited_for_room_is_taken_up_again_when_its_worker_died_behind_the_intent()
    {
        using var world = new World(o => o.MaxInFlight = 1);
        world.Provider.LooksToFinish = 1;
        var first = await world.EnqueueAsync("one");
        var second = await world.EnqueueAsync("two");
        await world.RunAsync(first.Id);
        await world.RunAsync(second.Id);
        await world.RunAsync(first.Id); // the look that finds it completed
        var waiting = (await world.Store.TryLeaseAsync(second.Id, RenderStep.Create, (await world.RowAsync(second.Id)).Version, "dead", TimeSpan.FromSeconds(30), Token))!;
        var intent = Rows.Machine().Apply(waiting, new StepOutcome.CreateStarted(null), world.Clock.GetUtcNow(), 0);
        (await world.Store.CommitIntentAsync(intent.Next, waiting.Version, intent.Entries, new IntentLimits(1, []), Token)).ShouldBe(CommitResult.Committed);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        world.Scheduler.Jobs.Clear();

        await world.Reconciler.ReconcileAsync(Token);

        world.Scheduler.Jobs.ShouldContain(job => job.RenderId == second.Id);
    }

    [Fact]
    public async Task Waiting_for_room_ends_at_the_deadline()
    {
        using var world = new World(o => (o.MaxInFlight, o.Deadline) = (1, TimeSpan.FromMinutes(3)));
        var first = await world.EnqueueAsync("one");
        var second = await world.EnqueueAsync("two");
        await world.RunAsync(first.Id);
        await world.RunAsync(second.Id);

        (await world.RowAsync(second.Id)).DueAt.ShouldBe(second.DeadlineAt);
        world.Clock.AdvanceTo(second.DeadlineAt);
        await world.RunAsync(second.Id);

        var row = await world.RowAsync(second.Id);
        (row.Status, row.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Deadline));
    }

    [Fact]
    public async Task However_the_creates_end_there_are_never_more_in_flight_and_every_render_gets_its_turn()
    {
        const int Limit = 3;
        using var world = new World(o => o.MaxInFlight = Limit);
        var random = new Random(11);
        var most = 0;
        world.Provider.OnCreating = () =>
        {
            most = Math.Max(most, world.Store.CountInFlightAsync(null, 100).GetAwaiter().GetResult());
            if (random.Next(4) == 0)
                throw new Bickford.Renders.Videos.VideosApiException(Bickford.Renders.Videos.VideosFault.RateLimit, "slow down") { RetryAfter = TimeSpan.FromSeconds(1) };
        };
        List<Render> renders = [];
        for (var i = 0; i < 25; i++)
            renders.Add(await world.EnqueueAsync($"take {i}"));

        for (var steps = 0; steps < 3_000 && await OpenAsync() > 0; steps++)
        {
            foreach (var job in world.Scheduler.Jobs.Where(job => job.DueAt <= world.Clock.GetUtcNow()).OrderBy(_ => random.Next()).ToList())
            {
                world.Scheduler.Jobs.Remove(job);
                await world.PassAsync(world.Runner.RunAsync(job, CancellationToken.None));
            }

            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await world.Reconciler.ReconcileAsync(Token);
        }

        (await OpenAsync()).ShouldBe(0);
        foreach (var render in renders)
            (await world.RowAsync(render.Id)).Status.ShouldBe(RenderStatus.Completed);
        most.ShouldBe(Limit, "all of the room is used, and no more");
        // Twenty-five renders in turns of three: had they waited for their own due times, it would have taken an hour.
        (world.Clock.GetUtcNow() - Rows.Now).ShouldBeLessThan(TimeSpan.FromMinutes(5));

        async Task<int> OpenAsync() => (await world.Store.ListOpenAsync(null, 1000)).Count;
    }
}
