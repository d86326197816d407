using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

/// <summary>After a create whose answer was lost.</summary>
public sealed class CreateSearchTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_create_that_took_effect_is_found_and_not_repeated()
    {
        var id = (await _world.EnqueueAsync()).Id;
        _world.Provider.OnCreated = _ => throw new VideosApiException(VideosFault.Unavailable, "504", RequestEffect.Unknown);
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        (_world.Provider.Posts, _world.Provider.Videos.Count).ShouldBe((1, 1));
        (await _world.EventsAsync(id)).ShouldContain("render.adopted");
    }

    [Fact]
    public async Task A_create_that_did_not_take_effect_is_repeated_only_after_the_list_has_settled()
    {
        var id = (await _world.EnqueueAsync()).Id;
        var broken = true;
        _world.Provider.OnCreating = () =>
        {
            if (broken)
                throw new VideosApiException(VideosFault.Unavailable, "502", RequestEffect.Unknown);
        };
        await _world.RunAsync(id);
        broken = false;
        var done = await _world.RunToEndAsync(id);
        done.Status.ShouldBe(RenderStatus.Completed);
        (_world.Provider.Posts, _world.Provider.Videos.Count).ShouldBe((2, 1));
        (done.CreateStartedAt - done.CreateSince)!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_last_create_that_may_be_sent_is_looked_up_like_the_first()
    {
        var id = (await _world.EnqueueAsync()).Id;
        var creates = 0;
        _world.Provider.OnCreating = () =>
        {
            if (++creates < CreateLookup.MostCreates)
                throw new VideosApiException(VideosFault.Unavailable, "502", RequestEffect.Unknown);
        };
        _world.Provider.OnCreated = _ => throw new VideosApiException(VideosFault.Unavailable, "504", RequestEffect.Unknown);
        var done = await _world.RunToEndAsync(id);
        (done.Status, _world.Provider.Posts, _world.Provider.Videos.Count).ShouldBe((RenderStatus.Completed, CreateLookup.MostCreates, 1));
    }

    [Fact]
    public async Task After_three_creates_without_a_clear_answer_a_person_must_look_and_may_send_three_more()
    {
        var id = (await _world.EnqueueAsync()).Id;
        _world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.Unavailable, "502", RequestEffect.Unknown);
        var parked = await _world.RunToEndAsync(id);
        (parked.Status, parked.Cause, _world.Provider.Posts).ShouldBe((RenderStatus.Parked, RenderCause.AmbiguousCreate, CreateLookup.MostCreates));
        parked.Message!.ShouldStartWith("3 creates got no clear answer, and none left a video");

        await _world.Renders.ResumeAsync(id, "ann", TestContext.Current.CancellationToken);
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Parked);
        _world.Provider.Posts.ShouldBe(2 * CreateLookup.MostCreates);
    }

    [Fact]
    public async Task A_create_that_was_refused_for_certain_is_sent_again_without_a_look_up()
    {
        var id = (await _world.EnqueueAsync()).Id;
        var refusals = 3;
        _world.Provider.OnCreating = () =>
        {
            if (refusals-- > 0)
                throw new VideosApiException(VideosFault.RateLimit, "429") { RetryAfter = TimeSpan.FromSeconds(20) };
        };
        var done = await _world.RunToEndAsync(id);
        (done.Status, _world.Provider.Posts, _world.Provider.Videos.Count).ShouldBe((RenderStatus.Completed, 4, 1));
    }

    [Fact]
    public async Task A_client_that_breaks_its_promise_makes_the_create_ambiguous()
    {
        var id = (await _world.EnqueueAsync()).Id;
        _world.Provider.OnCreated = _ => throw new TaskCanceledException("timeout");
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_lists_its_oldest_first_is_read_to_the_end_before_anything_is_believed()
    {
        _world.Provider.AscendingPages = 2;
        for (var i = 0; i < 7; i++)
            _world.Provider.AddForeign(new Video($"old_{i}", VideoStatus.Completed) { Prompt = "old", CreatedAt = Rows.Now.AddDays(i - 10) });
        var id = (await _world.EnqueueAsync()).Id;
        _world.Provider.OnCreated = _ => throw new VideosApiException(VideosFault.Unavailable, "504", RequestEffect.Unknown);
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_whose_clock_is_behind_the_one_that_died_still_finds_the_video()
    {
        var row = await _world.EnqueueAsync();
        var ahead = Rows.Now.AddSeconds(20); // the dead worker's clock when it wrote its intent
        _world.Provider.AddForeign(Rows.VideoOf(row, "video_paid"));
        await _world.Store.CommitAsync(row with { Version = 2, CreateStartedAt = ahead, CreateSince = ahead }, 1, [], TestContext.Current.CancellationToken);
        var done = await _world.RunToEndAsync(row.Id);
        (done.VideoId, _world.Provider.Posts).ShouldBe(("video_paid", 0));
    }

    [Fact]
    public async Task Equal_renders_whose_answers_were_all_lost_share_the_videos_out()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
            ids.Add((await _world.EnqueueAsync()).Id);
        _world.Provider.OnCreated = _ => throw new VideosApiException(VideosFault.Unavailable, "504", RequestEffect.Unknown);
        foreach (var id in ids)
            await _world.RunAsync(id);
        foreach (var id in ids)
            (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Videos.Count.ShouldBe(3);
    }
}
