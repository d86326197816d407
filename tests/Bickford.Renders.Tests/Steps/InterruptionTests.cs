using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Shutdowns, wishes to cancel, lost leases and lost answers in the middle of a step.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RenderStep.Poll, "look")]
    [InlineData(RenderStep.Download, "download")]
    [InlineData(RenderStep.Upload, "put")]
    [InlineData(RenderStep.Record, "put")]
    public async Task A_shutdown_hands_the_step_back_at_once_and_the_next_process_finishes(RenderStep step, string call)
    {
        var id = (await _world.EnqueueAsync()).Id;
        await RunUpToAsync(id, step);
        using var stopping = new CancellationTokenSource();
        _world.Calls.Before = name =>
        {
            if (name == call)
                stopping.Cancel();
        };
        var before = await _world.RowAsync(id);
        await _world.RunStoppingAsync(id, stopping.Token);
        var row = await _world.RowAsync(id);
        (row.Step, row.LeaseOwner, row.DueAt, row.Attempt).ShouldBe((step, null, _world.Clock.GetUtcNowMs(), before.Attempt));
        _world.Scheduler.Jobs[^1].Version.ShouldBe(row.Version);

        _world.Calls.Before = null;
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_shutdown_while_an_observer_works_hands_back()
    {
        var id = (await _world.EnqueueAsync()).Id;
        await RunUpToAsync(id, RenderStep.Record);
        using var stopping = new CancellationTokenSource();
        _world.Observer.OnCompleted = token =>
        {
            stopping.Cancel();
            return Task.FromCanceled(token);
        };
        await _world.RunStoppingAsync(id, stopping.Token);
        var row = await _world.RowAsync(id);
        (row.Status, row.LeaseOwner, row.Attempt).ShouldBe((RenderStatus.Storing, null, 0));
    }

    [Fact]
    public async Task A_create_on_its_way_is_not_cut_by_a_shutdown()
    {
        var id = (await _world.EnqueueAsync()).Id;
        using var stopping = new CancellationTokenSource();
        _world.Provider.OnCreating = stopping.Cancel;
        await _world.RunStoppingAsync(id, stopping.Token);
        var row = await _world.RowAsync(id);
        (row.Step, row.VideoId).ShouldBe((RenderStep.Poll, "video_1"));
    }

    [Fact]
    public async Task A_shutdown_before_the_create_sends_nothing()
    {
        var id = (await _world.EnqueueAsync()).Id;
        using var stopping = new CancellationTokenSource();
        _world.Calls.After = name =>
        {
            if (name == "lease")
                stopping.Cancel();
        };
        await _world.RunStoppingAsync(id, stopping.Token);
        var row = await _world.RowAsync(id);
        (_world.Provider.Posts, row.CreateStartedAt, row.LeaseOwner).ShouldBe((0, null, null));
    }

    [Fact]
    public async Task Cancelling_while_the_create_is_on_its_way_keeps_the_paid_videos_id()
    {
        var id = (await _world.EnqueueAsync()).Id;
        _world.Provider.OnCreated = async v =>
        {
            await _world.Renders.CancelAsync(id, "ann");
            return v;
        };
        await _world.RunAsync(id);
        var row = await _world.RowAsync(id);
        (row.Status, row.VideoId).ShouldBe((RenderStatus.Cancelled, "video_1"));
        (await _world.EventsAsync(id)).TakeLast(3).ShouldBe(["render.cancel_requested", "render.created", "render.cancelled"]);
        _world.Observer.Stopped.ShouldBe([RenderStatus.Cancelled]);
    }

    [Fact]
    public async Task Cancelling_cuts_a_download_at_the_next_renewal_of_the_lease()
    {
        var id = (await _world.EnqueueAsync()).Id;
        await RunUpToAsync(id, RenderStep.Download);
        var inside = new TaskCompletionSource();
        _world.Provider.OnDownload = async (_, _, token) =>
        {
            inside.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token);
            return null;
        };
        var run = _world.Runner.RunAsync(StepJob.For(await _world.RowAsync(id))!, CancellationToken.None);
        await inside.Task.WaitAsync(Token);
        await _world.Renders.CancelAsync(id, "ann", Token);
        (await _world.RowAsync(id)).Status.ShouldBe(RenderStatus.Storing);
        _world.Clock.Advance(TimeSpan.FromSeconds(10));
        await _world.PassAsync(run);
        (await _world.RowAsync(id)).Status.ShouldBe(RenderStatus.Cancelled);
    }

    [Fact]
    public async Task A_wish_to_cancel_outlives_the_worker_that_should_have_heeded_it()
    {
        var id = (await _world.EnqueueAsync()).Id;
        await _world.Store.TryLeaseAsync(id, RenderStep.Create, 1, "dead/run", TimeSpan.FromSeconds(30), Token);
        await _world.Renders.CancelAsync(id, "ann", Token);
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Cancelled);
        _world.Provider.Posts.ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_lost_its_lease_stops_and_changes_nothing()
    {
        var id = (await _world.EnqueueAsync()).Id;
        await RunUpToAsync(id, RenderStep.Download);
        var inside = new TaskCompletionSource();
        _world.Provider.OnDownload = async (_, _, token) =>
        {
            inside.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token);
            return null;
        };
        _world.Calls.Before = name =>
        {
            if (name == "renew")
                throw new IOException("database away");
        };
        var run = _world.Runner.RunAsync(StepJob.For(await _world.RowAsync(id))!, CancellationToken.None);
        await inside.Task.WaitAsync(Token);
        for (var i = 0; i < 3; i++)
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(10));
            await SettleAsync();
        }

        await run.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);
        var row = await _world.RowAsync(id);
        row.LeaseOwner.ShouldNotBeNull(); // left for its successor, not committed
        row.Attempt.ShouldBe(0);
        _world.Calls.Before = null;
        _world.Provider.OnDownload = null;
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
    }

    [Fact]
    public async Task Every_lost_answer_to_a_commit_is_recognised_as_ones_own()
    {
        for (var at = 1; at <= 7; at++)
        {
            using var world = new World();
            var id = (await world.EnqueueAsync()).Id;
            var commits = 0;
            world.Calls.After = name =>
            {
                if (name == "commit" && ++commits == at)
                    throw new IOException("connection reset");
            };
            var done = await world.RunToEndAsync(id);
            commits.ShouldBeGreaterThanOrEqualTo(at);
            done.Status.ShouldBe(RenderStatus.Completed);
            world.Provider.Posts.ShouldBe(1);
            (await world.EventsAsync(id)).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task A_paid_answer_survives_minutes_without_a_database()
    {
        var id = (await _world.EnqueueAsync()).Id;
        var fails = 0;
        _world.Calls.Before = name =>
        {
            if (name == "commit" && _world.Provider.Videos.Count > 0 && fails++ < 60)
                throw new IOException("database away");
        };
        await _world.RunAsync(id);
        (await _world.RowAsync(id)).VideoId.ShouldBe("video_1");
        _world.Clock.GetUtcNow().ShouldBeGreaterThan(Rows.Now.AddMinutes(2));
    }

    [Fact]
    public async Task A_row_store_that_fails_before_the_intent_is_durable_stops_the_create_and_is_reported_to_the_engine()
    {
        var id = (await _world.EnqueueAsync()).Id;
        _world.Calls.Before = name =>
        {
            if (name == "commit")
                throw new IOException("database away");
        };
        (await Should.ThrowAsync<IOException>(() => _world.RunAsync(id))).Message.ShouldBe("database away");
        _world.Provider.Posts.ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_row_was_parked_is_kept_for_the_resume_and_not_paid_again()
    {
        var id = (await _world.EnqueueAsync()).Id;
        _world.Provider.OnCreated = async v =>
        {
            // Meanwhile the lease ran out and another worker gave up on the create.
            await ReplaceAsync(id, r => r.Stopped(RenderStatus.Parked, RenderCause.AmbiguousCreate));
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
            return v;
        };
        await _world.RunAsync(id);
        var row = await _world.RowAsync(id);
        (row.Status, row.VideoId).ShouldBe((RenderStatus.Parked, "video_1"));
        _world.Observer.Stopped.ShouldBeEmpty(); // it stopped before, and not by this

        await _world.Renders.ResumeAsync(id, "ann", Token);
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_video_that_an_equal_render_took_leads_to_another_look_and_a_video_each()
    {
        var (first, second) = ((await _world.EnqueueAsync()).Id, (await _world.EnqueueAsync()).Id);
        var raced = false;
        _world.Provider.OnCreated = async v =>
        {
            if (!raced)
            {
                raced = true;
                await ReplaceAsync(second, r => r with { Status = RenderStatus.Rendering, Step = RenderStep.Poll, VideoId = v.Id });
            }

            return v;
        };
        await _world.RunAsync(first);
        var row = await _world.RowAsync(first);
        (row.Step, row.VideoId, row.Cause).ShouldBe((RenderStep.Create, null, RenderCause.AmbiguousCreate));
        (await _world.RunToEndAsync(first)).Status.ShouldBe(RenderStatus.Completed);
        (await _world.RunToEndAsync(second)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Videos.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_late_answer_with_a_taken_video_does_not_wake_a_stopped_render()
    {
        var (first, second) = ((await _world.EnqueueAsync()).Id, (await _world.EnqueueAsync()).Id);
        _world.Provider.OnCreated = async v =>
        {
            await ReplaceAsync(first, r => r.Stopped(RenderStatus.Cancelled));
            await ReplaceAsync(second, r => r with { Status = RenderStatus.Rendering, Step = RenderStep.Poll, VideoId = v.Id });
            return v;
        };
        await _world.RunAsync(first);
        var row = await _world.RowAsync(first);
        (row.Status, row.DueAt, row.VideoId).ShouldBe((RenderStatus.Cancelled, null, null));
    }

    private async Task RunUpToAsync(Guid id, RenderStep step)
    {
        while ((await _world.RowAsync(id)) is var row && row.Step != step)
        {
            _world.Clock.AdvanceTo(row.DueAt!.Value);
            await _world.RunAsync(id);
        }

        _world.Clock.AdvanceTo((await _world.RowAsync(id)).DueAt!.Value);
    }

    private async Task ReplaceAsync(Guid id, Func<Render, Render> change)
    {
        var row = await _world.RowAsync(id);
        var next = change(row) with { Version = row.Version + 1, UpdatedAt = _world.Clock.GetUtcNow(), LeaseOwner = null };
        (await _world.Store.CommitAsync(next, row.Version, [])).ShouldBe(CommitResult.Committed);
    }

    private static async Task SettleAsync()
    {
        for (var i = 0; i < 50; i++)
            await Task.Yield();
    }
}
