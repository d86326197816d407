using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Creates under <see cref="RenderOptions.Budget"/>; a render costs $0.40.</summary>
public sealed class BudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_create_that_would_cost_more_than_is_left_is_parked_without_a_post_or_an_intent()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        await RunNewAsync(world, "one");

        var second = await RunNewAsync(world, "two");

        world.Provider.Posts.ShouldBe(1);
        (second.Status, second.Cause, second.CreateStartedAt, second.Attempt).ShouldBe((RenderStatus.Parked, RenderCause.Budget, null, 0));
        second.Message.ShouldBe("Budget:PerDay is $0.50, $0.40 of it is spent, and this render costs $0.40; it goes on by itself when there is room, on 2026-03-05 (UTC) at the latest");
        (await world.EventsAsync(second.Id)).ShouldBe(["render.enqueued", "render.parked"]);
    }

    [Fact]
    public async Task It_goes_on_by_itself_on_the_next_day_and_its_deadline_begins_anew()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        await RunNewAsync(world, "one");
        var second = await RunNewAsync(world, "two");
        await ReconcileAsync(world);
        (await world.RowAsync(second.Id)).Status.ShouldBe(RenderStatus.Parked, "there is no room yet");

        world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));
        await ReconcileAsync(world);

        var row = await world.RowAsync(second.Id);
        (row.Status, row.Cause, row.DeadlineAt).ShouldBe((RenderStatus.Queued, null, world.Clock.GetUtcNow() + TimeSpan.FromHours(2)));
        (await world.EventsAsync(second.Id)).ShouldBe(["render.enqueued", "render.parked", "render.resumed"]);
        (await world.RunToEndAsync(second.Id)).Status.ShouldBe(RenderStatus.Completed);
    }

    [Fact]
    public async Task As_many_go_on_as_there_is_room_for_by_priority()
    {
        using var world = With(o => o.Budget.PerDay = 1);
        await RunNewAsync(world, "spent");
        var low = await RunNewAsync(world, "low", priority: -1);
        low.Status.ShouldBe(RenderStatus.Rendering);
        var dear = await RunNewAsync(world, "dear", priority: 9, seconds: 8);
        var late = await RunNewAsync(world, "late", priority: -5);
        var soon = await RunNewAsync(world, "soon", priority: 5);
        new[] { dear, late, soon }.ShouldAllBe(row => row.Cause == RenderCause.Budget);

        world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));
        await ReconcileAsync(world);

        // 0.80 for the first, and then 0.40 has no room.
        (await world.RowAsync(dear.Id)).Status.ShouldBe(RenderStatus.Queued);
        (await world.RowAsync(soon.Id)).Status.ShouldBe(RenderStatus.Parked);
        (await world.RowAsync(late.Id)).Status.ShouldBe(RenderStatus.Parked);
    }

    [Fact]
    public async Task What_costs_more_than_there_is_does_not_hold_up_the_others()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        await RunNewAsync(world, "spent");
        var dear = await RunNewAsync(world, "dear", priority: 9, seconds: 8);
        dear.Message.ShouldBe("this render alone costs $0.80, and Budget:PerDay is $0.50; it waits until that is raised");
        var other = await RunNewAsync(world, "other");

        world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));
        await ReconcileAsync(world);

        (await world.RowAsync(dear.Id)).Status.ShouldBe(RenderStatus.Parked);
        (await world.RowAsync(other.Id)).Status.ShouldBe(RenderStatus.Queued);
    }

    [Fact]
    public async Task What_was_given_back_while_nobody_looked_is_noticed_within_a_minute()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        await ReconcileAsync(world); // nothing is spent
        world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.InvalidRequest, "no such size", RequestEffect.None);
        Render second = null!;
        world.Calls.Before = call =>
        {
            // Between the first one's intent and its refusal.
            if (call != "commit" || second is not null || world.Provider.Posts == 0)
                return;
            second = EnqueueAsync(world, "two").GetAwaiter().GetResult();
            world.Runner.RunAsync(StepJob.For(second)!, Token).GetAwaiter().GetResult();
        };
        await RunNewAsync(world, "refused");
        world.Calls.Before = null;
        (await world.RowAsync(second.Id)).Cause.ShouldBe(RenderCause.Budget);

        await ReconcileAsync(world);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await ReconcileAsync(world);

        (await world.RowAsync(second.Id)).Status.ShouldBe(RenderStatus.Queued);
    }

    [Fact]
    public async Task A_create_that_the_provider_refuses_costs_nothing()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.InvalidRequest, "no such size", RequestEffect.None);
        await RunNewAsync(world, "refused");
        world.Provider.OnCreating = null;

        (await RunNewAsync(world, "two")).Status.ShouldBe(RenderStatus.Rendering);
    }

    [Fact]
    public async Task A_video_that_the_provider_fails_is_counted()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        world.Provider.Look = video => video with { Status = VideoStatus.Failed, Error = new VideoError("x", "no") };
        var first = await RunNewAsync(world, "one");
        (await world.RunToEndAsync(first.Id)).Status.ShouldBe(RenderStatus.Failed);

        (await RunNewAsync(world, "two")).Cause.ShouldBe(RenderCause.Budget);
    }

    [Fact]
    public async Task A_tag_has_a_budget_of_its_own()
    {
        using var world = With(o => o.Budget.Tags["ads"] = new TagBudget { PerMonth = 0.5m });
        await RunNewAsync(world, "one", tag: "ads");

        (await RunNewAsync(world, "two", tag: "ads")).Message.ShouldNotBeNull().ShouldStartWith("Budget:Tags:ads:PerMonth is $0.50");
        (await RunNewAsync(world, "three", tag: "film")).Status.ShouldBe(RenderStatus.Rendering);
    }

    [Fact]
    public async Task What_others_spent_between_the_look_and_the_intent_is_noticed_by_the_intent()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        var second = await EnqueueAsync(world, "two");
        var other = Rows.Started(7) with { CreateStartedAt = world.Clock.GetUtcNow(), Status = RenderStatus.Rendering, Step = RenderStep.Poll, VideoId = "video_other" };
        var once = false;
        world.Calls.Before = call =>
        {
            if (call != "commit" || once)
                return;
            once = true;
            world.Store.InsertAsync(other, [Bickford.Renders.Policies.RenderEvents.Of(other, "render.enqueued")], Token).GetAwaiter().GetResult();
        };

        await world.RunAsync(second.Id);

        world.Provider.Posts.ShouldBe(0);
        (await world.RowAsync(second.Id)).Cause.ShouldBe(RenderCause.Budget);
    }

    [Fact]
    public void Creates_that_were_sent_before_it_was_parked_for_the_budget_still_count_when_it_goes_on()
    {
        var machine = new Bickford.Renders.Policies.RenderMachine(Rows.Options());
        var parked = Rows.Started().Stopped(RenderStatus.Parked, RenderCause.Budget) with { CreatesSent = 2 };

        machine.Resume(parked, Rows.Now, "budget").Next.CreatesSent.ShouldBe(2);
        machine.Resume(parked with { Cause = RenderCause.AmbiguousCreate }, Rows.Now, "ann").Next.CreatesSent.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_cannot_be_resumed_holds_up_neither_what_is_overdue_nor_what_waits_for_room()
    {
        using var world = With(o => (o.Budget.PerDay, o.MaxInFlight) = (0.5m, 1));
        await RunNewAsync(world, "one");
        await RunNewAsync(world, "two");
        world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));
        var waiting = Rows.Queued(9) with { WaitsForRoomSince = Rows.Now, DueAt = Rows.Now.AddDays(2), DeadlineAt = Rows.Now.AddDays(2) };
        await world.Store.InsertAsync(waiting, [Bickford.Renders.Policies.RenderEvents.Of(waiting, "render.enqueued")], Token);
        (await world.RunToEndAsync((await world.Renders.ListAsync(new RenderFilter { Text = "one" }, cancellationToken: Token)).Items.Single().Id)).Status.IsOpen().ShouldBeFalse();
        world.Scheduler.Jobs.Clear();
        world.Calls.Before = call => { if (call == "commit") throw new IOException("the row store is not there"); };

        await Should.ThrowAsync<IOException>(() => ReconcileAsync(world));

        world.Scheduler.Jobs.ShouldContain(job => job.RenderId == waiting.Id);
    }

    [Fact]
    public async Task Two_reconciles_at_once_let_it_go_on_once()
    {
        using var world = With(o => o.Budget.PerDay = 0.5m);
        await RunNewAsync(world, "one");
        var second = await RunNewAsync(world, "two");
        world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));

        await Task.WhenAll(ReconcileAsync(world), ReconcileAsync(world));

        (await world.EventsAsync(second.Id)).Count(type => type == "render.resumed").ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_budget_any_more_what_was_parked_for_one_goes_on()
    {
        var perDay = (decimal?)0.5m;
        using var world = With(o => o.Budget.PerDay = perDay);
        await RunNewAsync(world, "one");
        var second = await RunNewAsync(world, "two");

        perDay = null;
        world.Restart();
        await ReconcileAsync(world);

        (await world.RowAsync(second.Id)).Status.ShouldBe(RenderStatus.Queued);
    }

    [Fact]
    public async Task Where_no_price_is_known_a_budget_lets_nothing_pass_and_says_why()
    {
        using var world = With(o => o.Budget.PerDay = 100);
        var row = await world.Renders.EnqueueAsync(new RenderRequest("free") { Model = "sora-2", Size = "1280x720", Seconds = 4 }, null, Token);
        var stripped = row with { Version = row.Version + 1, Cost = null };
        (await world.Store.CommitAsync(stripped, row.Version, [], Token)).ShouldBe(CommitResult.Committed);

        await world.RunAsync(row.Id);

        (await world.RowAsync(row.Id)).Message.ShouldNotBeNull().ShouldStartWith("no price is known for this render");
    }

    private static World With(Action<RenderOptions> budget) => new(o =>
    {
        var model = new ModelOptions { Price = 0.1m };
        model.Seconds.Add(4);
        model.Seconds.Add(8);
        o.Models["sora-2"] = model;
        budget(o);
    });

    private static Task ReconcileAsync(World world) => world.PassAsync(world.Reconciler.ReconcileAsync(Token));

    private static async Task<Render> RunNewAsync(World world, string prompt, int priority = 0, int seconds = 4, string? tag = null)
    {
        var row = await EnqueueAsync(world, prompt, priority, seconds, tag);
        await world.RunAsync(row.Id);
        return await world.RowAsync(row.Id);
    }

    private static Task<Render> EnqueueAsync(World world, string prompt, int priority = 0, int seconds = 4, string? tag = null) =>
        world.Renders.EnqueueAsync(
            new RenderRequest(prompt) { Model = "sora-2", Size = "1280x720", Seconds = seconds, Priority = priority, Tags = tag is null ? [] : [tag] }, null, Token);
}
