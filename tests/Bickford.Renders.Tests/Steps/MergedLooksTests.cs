using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Looks that are due together share pages of the provider's list.</summary>
public sealed class MergedLooksTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_thousand_renders_cost_at_most_a_twentieth_of_the_requests_of_a_look_each_and_none_is_late()
    {
        using var world = Polling(renders: 1_000);
        var began = world.Clock.GetUtcNow();

        await RunForAsync(world, TimeSpan.FromMinutes(2));

        var rows = await RowsAsync(world);
        rows.Sum(row => row.Looks).ShouldBeGreaterThanOrEqualTo(5 * 1_000);
        (world.Provider.Looks + world.Provider.Lists).ShouldBeLessThan(rows.Sum(row => row.Looks) / 20);
        rows.ShouldAllBe(row => row.UpdatedAt > began + TimeSpan.FromMinutes(2) - Interval * 1.1 - TimeSpan.FromSeconds(1));
        rows.ShouldAllBe(row => row.LeaseOwner == null && row.Status == RenderStatus.Rendering);
    }

    [Fact]
    public async Task A_video_that_the_list_calls_completed_is_fetched_and_one_that_ended_otherwise_is_looked_at_for_its_reason()
    {
        using var world = Polling(renders: 6);
        world.Provider.Look = video => video.Id switch
        {
            "video_2" => video with { Status = VideoStatus.Completed, Progress = 100 },
            "video_4" => video with { Status = VideoStatus.Failed, Error = new VideoError("moderation_blocked", "no") },
            _ => video,
        };

        await RunForAsync(world, Interval);

        var rows = await RowsAsync(world);
        rows.Single(row => row.VideoId == "video_2").Status.ShouldBeOneOf(RenderStatus.Storing, RenderStatus.Completed);
        (rows.Single(row => row.VideoId == "video_4").Status, rows.Single(row => row.VideoId == "video_4").Cause).ShouldBe((RenderStatus.Failed, RenderCause.Policy));
        rows.Count(row => row.Status == RenderStatus.Rendering).ShouldBe(4);
    }

    [Fact]
    public async Task Whoever_is_woken_for_a_look_that_was_taken_along_hands_on_the_next_one_around_it()
    {
        using var world = Polling(renders: 3);
        var rows = (await RowsAsync(world)).OrderBy(row => row.DueAt).ToList();
        world.Scheduler.Jobs.Clear();

        await world.PassAsync(world.Runner.RunAsync(StepJob.For(rows[2])! with { Version = 7 }, CancellationToken.None));

        world.Scheduler.Jobs.ShouldBe([StepJob.For(rows[0])!]);
        world.Provider.Looks.ShouldBe(0);
        world.Provider.Lists.ShouldBe(0);
    }

    [Fact]
    public async Task A_list_that_has_answered_much_is_not_given_up_for_some_poor_pages()
    {
        using var world = Polling(renders: 200);
        await RunForAsync(world, Interval);
        var lists = world.Provider.Lists;
        world.Provider.OnList = _ => new VideoPage([], null, null);

        await RunForAsync(world, 8 * Interval);

        (world.Provider.Lists - lists).ShouldBeInRange(10, 14, "thirteen poor ones weigh as much as the good ones before them");
    }

    [Fact]
    public async Task Where_the_server_has_no_list_each_render_is_looked_at_by_itself()
    {
        using var world = Polling(renders: 20);
        world.Provider.OnList = _ => throw new VideosApiException(VideosFault.NotFound, "404");

        await RunForAsync(world, TimeSpan.FromMinutes(2));

        world.Provider.Lists.ShouldBe(2, "after a newer video, and from the beginning");
        (await RowsAsync(world)).ShouldAllBe(row => row.Looks >= 5);
    }

    [Fact]
    public async Task Where_pages_hold_next_to_nothing_of_ours_they_are_left_alone_for_a_while()
    {
        using var world = Polling(renders: 20);
        world.Provider.OnList = _ => new VideoPage([.. Enumerable.Range(0, 100).Select(i => new Video($"foreign_{i}", VideoStatus.Completed))], "foreign_99", null);

        await RunForAsync(world, TimeSpan.FromMinutes(4));

        world.Provider.Lists.ShouldBe(3);
        (await RowsAsync(world)).ShouldAllBe(row => row.Looks >= 9);
    }

    [Fact]
    public async Task A_list_that_never_says_that_a_video_is_done_holds_nothing_up_for_long()
    {
        using var world = Polling(renders: 20);
        world.Provider.ListGetsOn = false;
        world.Provider.LooksToFinish = 1;

        await RunForAsync(world, TimeSpan.FromMinutes(2));

        (await RowsAsync(world)).ShouldAllBe(row => row.Status == RenderStatus.Completed);
    }

    [Theory]
    [InlineData(VideosFault.Authentication)]
    [InlineData(VideosFault.Quota)]
    [InlineData(VideosFault.NotSupported)]
    public async Task What_the_list_is_refused_for_stops_no_render(VideosFault fault)
    {
        using var world = Polling(renders: 20);
        world.Provider.OnList = _ => throw new VideosApiException(fault, "no list for you");
        await RunForAsync(world, TimeSpan.FromMinutes(2));
        (await RowsAsync(world)).ShouldAllBe(row => row.Status == RenderStatus.Rendering && row.Looks >= 5 && row.Cause == null);
    }

    [Theory]
    [InlineData(VideosFault.NotFound)]
    [InlineData(VideosFault.Authentication)]
    [InlineData(VideosFault.Unavailable)]
    public async Task What_is_wrong_with_the_look_that_checks_the_list_is_no_other_renders_fault(VideosFault fault)
    {
        using var world = Polling(renders: 20);
        var looked = new HashSet<string>();
        world.Provider.OnLook = (id, _) =>
        {
            looked.Add(id);
            throw new VideosApiException(fault, "not this one");
        };

        await RunForAsync(world, Interval);

        looked.Count.ShouldBeInRange(1, 10, "pages answer the others");
        (await RowsAsync(world)).Where(row => row.Cause is not null).Select(row => row.VideoId!).ShouldBeSubsetOf(looked);
    }

    [Fact]
    public async Task A_list_that_fails_holds_nothing_up_while_looks_work()
    {
        using var world = Polling(renders: 20);
        world.Provider.OnList = _ => throw new VideosApiException(VideosFault.Unavailable, "502");
        await RunForAsync(world, TimeSpan.FromMinutes(2));
        world.Provider.Lists.ShouldBe(1, "it is left alone for a while");
        (await RowsAsync(world)).ShouldAllBe(row => row.Looks >= 5 && row.Attempt == 0 && row.LeaseOwner == null);
    }

    [Fact]
    public async Task A_provider_that_asks_to_slow_down_is_left_alone_by_all_looks_of_a_page_and_none_of_them_fails()
    {
        using var world = Polling(renders: 20);
        var refuses = true;
        world.Provider.OnList = _ => refuses ? throw new VideosApiException(VideosFault.RateLimit, "429") { RetryAfter = TimeSpan.FromSeconds(5) } : null;
        await RunForAsync(world, Interval);
        (await RowsAsync(world)).ShouldAllBe(row => row.Status == RenderStatus.Rendering && row.LeaseOwner == null);

        refuses = false;
        await RunForAsync(world, TimeSpan.FromMinutes(3));
        (await RowsAsync(world)).ShouldAllBe(row => row.Looks >= 5 && row.Attempt == 0 && row.Cause == null);
    }

    [Fact]
    public async Task A_paid_render_is_not_given_up_at_its_deadline_on_the_lists_word()
    {
        using var world = Polling(renders: 8, deadline: TimeSpan.FromMinutes(1));
        world.Provider.ListGetsOn = false;
        world.Provider.OnLook = (_, _) => world.Clock.GetUtcNow() < Rows.Now.AddSeconds(58) ? throw new VideosApiException(VideosFault.Unavailable, "502") : Task.CompletedTask;
        world.Provider.LooksToFinish = 1;

        await RunForAsync(world, TimeSpan.FromMinutes(3));

        (await RowsAsync(world)).ShouldAllBe(row => row.Status == RenderStatus.Completed);
    }

    [Fact]
    public async Task A_render_that_somebody_cancels_meanwhile_is_cancelled_and_the_others_go_on()
    {
        using var world = Polling(renders: 5);
        var third = (await RowsAsync(world)).Single(row => row.VideoId == "video_3");
        world.Provider.OnList = _ =>
        {
            world.Renders.CancelAsync(third.Id, "ann", CancellationToken.None).GetAwaiter().GetResult();
            return null;
        };

        await RunForAsync(world, TimeSpan.FromMinutes(1));

        (await world.RowAsync(third.Id)).Status.ShouldBe(RenderStatus.Cancelled);
        (await RowsAsync(world)).Count(row => row.Status == RenderStatus.Rendering).ShouldBe(4);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_known_again_and_observers_hear_of_every_end()
    {
        using var world = Polling(renders: 6);
        world.Provider.Look = video => video with { Status = VideoStatus.Failed, Error = new VideoError("moderation_blocked", "no") };
        var lost = 0;
        world.Calls.After = call =>
        {
            if (call != "commit" || lost++ > 0)
                return;
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            throw new IOException("the connection broke");
        };

        await RunForAsync(world, Interval);

        (await RowsAsync(world)).ShouldAllBe(row => row.Status == RenderStatus.Failed);
        world.Observer.Stopped.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Where_the_setting_says_so_each_render_is_looked_at_by_itself()
    {
        using var world = Polling(renders: 20, merges: false);
        await RunForAsync(world, TimeSpan.FromMinutes(1));
        (world.Provider.Lists, world.Provider.Looks).ShouldBe((0, (await RowsAsync(world)).Sum(row => row.Looks)));
    }

    // Renders that the provider has, each due at some time of the first interval, as if they had come one after the other.
    private static World Polling(int renders, TimeSpan? deadline = null, bool merges = true)
    {
        var world = new World(o =>
        {
            (o.Poll.First, o.Poll.Max, o.Poll.Merges) = (Interval, Interval, merges);
            o.Deadline = deadline ?? TimeSpan.FromDays(1);
        });
        world.Provider.LooksToFinish = int.MaxValue;
        var random = new Random(1);
        var now = world.Clock.GetUtcNow();
        for (var number = 1; number <= renders; number++)
        {
            var due = now + Interval * random.NextDouble();
            world.Provider.AddForeign(new Video($"video_{number}", VideoStatus.InProgress) { Prompt = "A lighthouse in fog", CreatedAt = now });
            var row = Rows.At(RenderStep.Poll) with
            {
                Id = Guid.CreateVersion7(now.AddMilliseconds(number)),
                CreateStartedAt = now.AddMilliseconds(number),
                VideoId = $"video_{number}",
                ProviderCompletedAt = null,
                CreatedAt = now,
                UpdatedAt = due - Interval,
                DeadlineAt = now + (deadline ?? TimeSpan.FromDays(1)),
                DueAt = due,
            };
            world.Store.InsertAsync(row, RenderMachine.Enqueued(row, null).Entries).GetAwaiter().GetResult();
        }

        return world;
    }

    // As an engine does that was handed every open row at its start; and as reconcile does, for what only the rows know.
    private static async Task RunForAsync(World world, TimeSpan time)
    {
        var end = world.Clock.GetUtcNow() + time;
        var jobs = new PriorityQueue<StepJob, DateTimeOffset>((await RowsAsync(world)).Select(StepJob.For).OfType<StepJob>().Select(job => (job, job.DueAt)));
        for (var asked = world.Scheduler.Jobs.Count; ;)
        {
            for (; asked < world.Scheduler.Jobs.Count; asked++)
                jobs.Enqueue(world.Scheduler.Jobs[asked], world.Scheduler.Jobs[asked].DueAt);
            if (!jobs.TryDequeue(out var next, out var due) || due > end)
                break;
            if (due > world.Clock.GetUtcNow())
                world.Clock.AdvanceTo(due);
            await world.PassAsync(world.Runner.RunAsync(next, CancellationToken.None));
            foreach (var overdue in await world.Store.ListOverdueAsync(world.Clock.GetUtcNow() - TimeSpan.FromSeconds(3), 100))
                jobs.Enqueue(overdue, world.Clock.GetUtcNow());
        }

        world.Clock.AdvanceTo(end);
    }

    private static Task<IReadOnlyList<Render>> RowsAsync(World world) => world.Store.ListAsync(new RenderFilter(), null, 1_000, TestContext.Current.CancellationToken);
}
