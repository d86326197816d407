using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps.Hostile;

/// <summary>Times, hints and states that make no sense: they neither stop a render for ever, nor make it lose or repeat what was paid for.</summary>
public sealed class HostileTimeTests
{
    private static readonly RenderMachine Machine = Rows.Machine();

    public static TheoryData<DateTimeOffset> Nonsense =>
    [
        DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1), new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero),
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Times_that_cannot_be_are_not_believed(DateTimeOffset nonsense)
    {
        var video = Rows.VideoOf(Rows.Queued(), status: VideoStatus.Completed) with { CreatedAt = nonsense, CompletedAt = nonsense, ExpiresAt = nonsense };

        var created = Machine.Apply(Rows.Started().Leased(), new StepOutcome.Created(video, Adopted: false), Rows.Now, 0.5).Next;
        var rendered = Machine.Apply(Rows.At(RenderStep.Poll).Leased(), new StepOutcome.Seen(video), Rows.Now, 0.5).Next;

        (created.ProviderCreatedAt, created.ExpiresAt).ShouldBe((Rows.Now, null));
        (rendered.ProviderCompletedAt, rendered.ExpiresAt).ShouldBe((Rows.Now, null));
    }

    [Fact]
    public void Clocks_may_differ_by_hours()
    {
        var video = Rows.VideoOf(Rows.Queued(), status: VideoStatus.Completed) with { CompletedAt = Rows.Now.AddHours(-9), ExpiresAt = Rows.Now.AddHours(-8) };

        var rendered = Machine.Apply(Rows.At(RenderStep.Poll).Leased(), new StepOutcome.Seen(video), Rows.Now, 0.5).Next;

        (rendered.ProviderCompletedAt, rendered.ExpiresAt).ShouldBe((video.CompletedAt, video.ExpiresAt));
    }

    [Fact]
    public async Task A_video_that_will_be_finished_in_the_year_9999_is_not_waited_for_until_then()
    {
        using var world = new World(o => o.Previews = false);
        world.Provider.OnDownload = (_, _, _) => throw new VideosApiException(VideosFault.NotFound, "not yet");
        var id = (await world.EnqueueAsync()).Id;
        world.Provider.Look = static video => video with { CompletedAt = DateTimeOffset.MaxValue, ExpiresAt = DateTimeOffset.MaxValue };

        var failed = await world.RunToEndAsync(id);

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Expired));
        (failed.FinishedAt - failed.CreatedAt).ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(30 * 24 * 3600)]
    [InlineData(10L * 365 * 24 * 3600)]
    public async Task A_provider_that_always_says_later_to_a_download_ends_it_visibly(long retryAfter)
    {
        using var world = new World(o => o.Previews = false);
        world.Provider.OnDownload = (_, _, _) => throw new VideosApiException(VideosFault.RateLimit, "slow down") { RetryAfter = TimeSpan.FromSeconds(retryAfter) };

        var failed = await world.RunToEndAsync((await world.EnqueueAsync()).Id);

        (failed.Status, failed.Cause, failed.Step).ShouldBe((RenderStatus.Failed, RenderCause.RateLimit, RenderStep.Download));
        (failed.FinishedAt - failed.CreatedAt).ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromHours(3.9), TimeSpan.FromHours(4.2));
        world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_pause_that_others_are_told_again_and_again_does_not_keep_a_look_from_its_end()
    {
        using var world = new World();
        var id = (await world.EnqueueAsync()).Id;
        await world.RunAsync(id);
        world.Calls.Before = call =>
        {
            if (call == "look")
                throw new RequestDeferredException(TimeSpan.FromMinutes(9));
        };

        var failed = await world.RunToEndAsync(id);

        (failed.Status, failed.Cause, failed.Step).ShouldBe((RenderStatus.Failed, RenderCause.RateLimit, RenderStep.Poll));
        failed.Message!.ShouldContain("slow down again and again");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(30 * 24 * 3600)]
    public void A_poll_hint_never_goes_beyond_the_deadline(double seconds)
    {
        var row = Rows.At(RenderStep.Poll).Leased();
        var video = Rows.VideoOf(row, status: VideoStatus.InProgress) with { PollAfter = TimeSpan.FromSeconds(seconds) };

        var next = Machine.Apply(row, new StepOutcome.Seen(video), Rows.Now, 0.5).Next;

        next.DueAt.ShouldNotBeNull().ShouldBeInRange(Rows.Now.AddTicks(1), row.DeadlineAt);
    }

    [Fact]
    public void Progress_that_jumps_about_is_told_a_hundred_times_at_most()
    {
        var row = Rows.At(RenderStep.Poll).Leased();
        var events = 0;
        for (var look = 0; look < 1000; look++)
        {
            var video = Rows.VideoOf(row, status: VideoStatus.InProgress) with { Progress = look * 7919 % 2_000_000_000 };
            var transition = Machine.Apply(row, new StepOutcome.Seen(video), Rows.Now, 0.5);
            events += transition.Entries.Count;
            row = transition.Next.Leased();
            row.Progress.ShouldBeInRange(0, 100);
        }

        events.ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public async Task A_video_that_was_finished_and_is_not_any_more_is_still_fetched_once()
    {
        using var world = new World(o => o.Previews = false);
        var looks = 0;
        world.Provider.LooksToFinish = 1;
        world.Provider.Look = video => ++looks % 2 == 1 ? video : video with { Status = VideoStatus.InProgress, StatusText = "in_progress", Progress = 3 };

        var done = await world.RunToEndAsync((await world.EnqueueAsync()).Id);

        (done.Status, done.Progress, looks, world.Provider.Downloads.Count).ShouldBe((RenderStatus.Completed, 100, 1, 1));
    }
}
