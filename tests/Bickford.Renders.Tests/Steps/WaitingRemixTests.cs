using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Remixes of renders that have no video yet.</summary>
public sealed class WaitingRemixTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_remix_of_a_render_under_way_waits_without_a_post_an_intent_or_a_timer()
    {
        using var world = new World();
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        world.Scheduler.Jobs.Clear();

        await world.RunAsync(remix.Id);

        var row = await world.RowAsync(remix.Id);
        (row.Status, row.CreateStartedAt, row.Attempt, row.Cause, row.LeaseOwner).ShouldBe((RenderStatus.Queued, null, 0, null, null));
        (row.WaitsForSourceSince, row.DueAt).ShouldBe((world.Clock.GetUtcNow(), row.DeadlineAt));
        (await world.EventsAsync(remix.Id)).ShouldBe(["render.enqueued", "render.waits_for_source"]);
        world.Provider.Posts.ShouldBe(0);
        world.Scheduler.Jobs.ShouldBeEmpty("its source wakes it");
        (await world.Store.ListOpenAsync(null, 100, Token)).ShouldNotContain(job => job.RenderId == remix.Id);
    }

    [Fact]
    public async Task The_look_that_finds_the_source_rendered_hands_its_remixes_over_at_once()
    {
        using var world = new World();
        world.Provider.LooksToFinish = 1;
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        await world.RunAsync(remix.Id);
        await world.RunAsync(source.Id);
        world.Scheduler.Jobs.Clear();

        await world.RunAsync(source.Id);

        var woken = world.Scheduler.Jobs.Where(job => job.RenderId == remix.Id).ShouldHaveSingleItem();
        woken.DueAt.ShouldBe(remix.CreatedAt);
        woken.IsWoken.ShouldBeTrue("its row is not due yet: an engine that takes due rows in their order does not find it");
        await world.PassAsync(world.Runner.RunAsync(woken, CancellationToken.None));
        world.Provider.Remixed.ShouldBe(["video_1"]);
        var row = await world.RowAsync(remix.Id);
        (row.WaitsForSourceSince, row.RemixVideoId, row.Status).ShouldBe((null, "video_1", RenderStatus.Rendering));
    }

    [Fact]
    public async Task A_remix_that_began_to_wait_when_its_source_was_just_rendered_is_found_by_reconcile()
    {
        using var world = new World();
        world.Provider.LooksToFinish = 1;
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        await world.RunAsync(source.Id);
        var reads = 0;
        world.Calls.After = name =>
        {
            // Between the remix's look at its source and its own commit.
            if (name == "get" && reads++ == 0)
                world.RunAsync(source.Id).GetAwaiter().GetResult();
        };
        await world.RunAsync(remix.Id);
        world.Calls.After = null;
        (await world.RowAsync(source.Id)).Status.ShouldBe(RenderStatus.Storing);
        (await world.RowAsync(remix.Id)).WaitsForSourceSince.ShouldNotBeNull();
        world.Scheduler.Jobs.Clear();

        await world.Reconciler.ReconcileAsync(Token);

        world.Scheduler.Jobs.ShouldContain(job => job.RenderId == remix.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_ends_without_a_video_fails_its_remixes_at_once_and_their_remixes_too(bool isCancelled)
    {
        using var world = new World();
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        var second = await world.Renders.RemixAsync(remix.Id, "With snow", cancellationToken: Token);
        await world.RunAsync(second.Id);
        await world.RunAsync(remix.Id);
        world.Scheduler.Jobs.Clear();
        if (isCancelled)
        {
            await world.Renders.CancelAsync(source.Id, "ann", Token);
        }
        else
        {
            world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.Policy, "not this", RequestEffect.None);
            await world.RunAsync(source.Id);
        }

        await RunScheduledAsync(world);

        var row = await world.RowAsync(remix.Id);
        (row.Status, row.Cause, row.CreateStartedAt).ShouldBe((RenderStatus.Failed, RenderCause.InvalidRequest, null));
        row.Message!.ShouldContain(isCancelled ? $"{source.ShortId}, was cancelled without a video" : $"{source.ShortId}, failed without a video (Policy: not this)");
        (await world.RowAsync(second.Id)).Message!.ShouldContain($"{remix.ShortId}, failed without a video");
        world.Clock.GetUtcNow().ShouldBe(Rows.Now);
    }

    [Fact]
    public async Task A_remix_whose_source_failed_goes_on_when_both_are_resumed()
    {
        using var world = new World();
        world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.Authentication, "no key", RequestEffect.None);
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        await world.RunAsync(remix.Id);
        await world.RunAsync(source.Id);
        await RunScheduledAsync(world);
        (await world.RowAsync(remix.Id)).Status.ShouldBe(RenderStatus.Failed);
        world.Provider.OnCreating = null;

        await world.Renders.ResumeAsync(source.Id, "ann", Token);
        await world.Renders.ResumeAsync(remix.Id, "ann", Token);
        await RunToRestAsync(world);

        (await world.RowAsync(remix.Id)).Status.ShouldBe(RenderStatus.Completed);
    }

    [Fact]
    public async Task A_parked_source_keeps_its_remix_waiting_until_the_deadline_and_no_longer()
    {
        using var world = new World(o => o.Deadline = TimeSpan.FromMinutes(3));
        world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.Quota, "no credit", RequestEffect.None);
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        await world.RunAsync(remix.Id);
        await world.RunAsync(source.Id);
        (await world.RowAsync(source.Id)).Status.ShouldBe(RenderStatus.Parked);
        await RunToRestAsync(world);

        var row = await world.RowAsync(remix.Id);
        (row.Status, row.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Deadline));
        row.Message!.ShouldContain("is still parked (Quota: no credit)");
        (await world.EventsAsync(remix.Id)).ShouldBe(["render.enqueued", "render.waits_for_source", "render.failed"]);
    }

    [Fact]
    public async Task In_a_chain_each_waits_for_the_one_before_however_long_that_takes_and_has_its_own_time_then()
    {
        using var world = new World(o => o.Deadline = TimeSpan.FromMinutes(3));
        world.Provider.OnLook = (_, _) =>
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1)); // each takes most of a deadline
            return Task.CompletedTask;
        };
        var renders = new List<Render> { await world.EnqueueAsync() };
        for (var step = 0; step < 4; step++)
            renders.Add(await world.Renders.RemixAsync(renders[^1].Id, $"Step {step}", cancellationToken: Token));
        foreach (var render in renders.AsEnumerable().Reverse())
            await world.RunAsync(render.Id);

        await RunToRestAsync(world);

        foreach (var render in renders)
            (await world.RowAsync(render.Id)).Status.ShouldBe(RenderStatus.Completed);
        world.Provider.Remixed.ShouldBe(["video_1", "video_2", "video_3", "video_4"]);
        (world.Clock.GetUtcNow() - Rows.Now).ShouldBeGreaterThan(TimeSpan.FromMinutes(9));
    }

    [Fact]
    public async Task A_remix_that_waits_is_cancelled_at_once()
    {
        using var world = new World();
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        await world.RunAsync(remix.Id);

        (await world.Renders.CancelAsync(remix.Id, "ann", Token)).Status.ShouldBe(RenderStatus.Cancelled);

        await RunToRestAsync(world);
        (await world.RowAsync(source.Id)).Status.ShouldBe(RenderStatus.Completed);
        world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_remix_that_waits_is_no_money_spent_and_comes_under_the_budget_when_its_turn_is()
    {
        using var world = new World(o =>
        {
            o.Models["sora-2"] = new ModelOptions { Price = 0.1m };
            o.Budget.PerDay = 0.5m;
        });
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        await world.RunAsync(remix.Id);
        (await world.RowAsync(remix.Id)).WaitsForSourceSince.ShouldNotBeNull();

        await RunToRestAsync(world);

        var row = await world.RowAsync(remix.Id);
        (row.Status, row.Cause).ShouldBe((RenderStatus.Parked, RenderCause.Budget));
        (await world.RowAsync(source.Id)).Status.ShouldBe(RenderStatus.Completed);
    }

    [Fact]
    public async Task The_same_key_names_the_same_remix_also_when_its_source_has_no_video_any_more()
    {
        using var world = new World(o => o.Retention.ProviderCopiesAfter = TimeSpan.Zero);
        var source = await world.CompleteAsync(new RenderRequest("A lighthouse in fog") { Model = "sora-2", Size = "1280x720", Seconds = 4 });
        var remix = await world.Renders.RemixAsync(source.Id, "At night", "remix-1", cancellationToken: Token);
        await world.RunToEndAsync(remix.Id);
        await world.CleanUpAsync();
        (await world.RowAsync(source.Id)).ProviderCopyDeletedAt.ShouldNotBeNull();

        (await world.Renders.RemixAsync(source.Id, "At night", "remix-1", cancellationToken: Token)).Id.ShouldBe(remix.Id);
        await Should.ThrowAsync<RenderConflictException>(world.Renders.RemixAsync(source.Id, "At dawn", "remix-1", cancellationToken: Token));
        await Should.ThrowAsync<RenderConflictException>(world.Renders.RemixAsync(source.Id, "At night", "remix-2", cancellationToken: Token));
    }

    [Fact]
    public async Task A_remix_rendered_again_is_made_from_the_same_source_and_waits_for_it_as_well()
    {
        using var world = new World();
        var source = await world.EnqueueAsync();
        var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
        await world.Renders.CancelAsync(remix.Id, "ann", Token);

        var again = await world.Renders.RenderAgainAsync(remix.Id, cancellationToken: Token);
        await world.RunAsync(again.Id);

        (again.AgainOf, again.RemixOf, again.Prompt).ShouldBe((remix.Id, source.Id, "At night"));
        (await world.RowAsync(again.Id)).WaitsForSourceSince.ShouldNotBeNull();
        await RunToRestAsync(world);
        world.Provider.Remixed.ShouldBe(["video_1"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_call_the_process_dies_at_the_remix_is_made_once_from_its_source(bool afterTheEffect)
    {
        var boundaries = 0;
        for (var at = 0; ; at++, boundaries++)
        {
            using var world = new World();
            world.Provider.LooksToFinish = 1;
            var source = await world.EnqueueAsync();
            var remix = await world.Renders.RemixAsync(source.Id, "At night", cancellationToken: Token);
            world.Calls.DieAt = world.Calls.Count + at;
            world.Calls.DieAfter = afterTheEffect;
            try
            {
                await world.RunAsync(remix.Id);
                await RunToRestAsync(world);
            }
            catch (Exception) when (world.Calls.Died)
            {
                // That is what it was for.
            }

            if (!world.Calls.Died)
                break;
            world.Restart();
            world.Scheduler.Jobs.Clear(); // the engine remembers nothing
            await world.Reconciler.HandOverAllAsync(Token);

            await RunToRestAsync(world);

            foreach (var id in new[] { source.Id, remix.Id })
                (await world.RowAsync(id)).Status.ShouldBe(RenderStatus.Completed, $"died at call {at}: {(await world.RowAsync(id)).Message}");
            world.Provider.Videos.Select(video => video.RemixedFromVideoId).ShouldBe([null, "video_1"], $"died at call {at}");
            (await world.Store.Ledger.VerifyAsync(Token)).Verified.ShouldBeTrue();
        }

        boundaries.ShouldBeGreaterThan(30);
    }

    /// <summary>Runs what the engine was asked for and is due now, and what that asks for.</summary>
    private static async Task RunScheduledAsync(World world)
    {
        while (world.Scheduler.Jobs.FirstOrDefault(job => job.DueAt <= world.Clock.GetUtcNow()) is { } job)
        {
            world.Scheduler.Jobs.Remove(job);
            await world.PassAsync(world.Runner.RunAsync(job, CancellationToken.None));
        }
    }

    /// <summary>An engine with a reconcile job, until nothing is open.</summary>
    private static async Task RunToRestAsync(World world)
    {
        for (var turns = 0; turns < 2_000; turns++)
        {
            await RunScheduledAsync(world);
            if ((await world.Store.ListAsync(new RenderFilter { Statuses = [RenderStatus.Queued, RenderStatus.Rendering, RenderStatus.Storing] }, null, 1, Token)).Count == 0)
                return;
            world.Clock.Advance(TimeSpan.FromSeconds(2));
            await world.PassAsync(world.Reconciler.ReconcileAsync(Token));
        }

        throw new InvalidOperationException("it never comes to rest");
    }
}
