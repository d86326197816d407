using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Cleanup;

/// <summary>Videos at the provider that no render owns: off by default, and never one that a render may still claim.</summary>
public sealed class ForeignVideosTests : IDisposable
{
    private readonly World _world = new(o =>
    {
        o.Retention.ProviderCopiesAfter = null;
        o.Retention.ForeignAfter = TimeSpan.FromDays(1);
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_video_that_no_render_owns_goes_with_an_event_before_and_one_after()
    {
        var ours = await _world.CompleteAsync(new RenderRequest("ours") { Model = "sora-2", Seconds = 4, Size = "1280x720" });
        AddForeign("video_x");
        (await _world.CleanUpAsync()).ShouldBeEmpty();
        // Of the provider's clock, only whole seconds are known.
        _world.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        var item = (await _world.CleanUpAsync()).ShouldHaveSingleItem();

        (item.Kind, item.Name, item.RenderId, item.Outcome).ShouldBe((CleanupKind.ForeignVideo, "video_x", null, CleanupOutcome.Deleted));
        _world.Provider.Videos.ShouldHaveSingleItem().Id.ShouldBe(ours.VideoId);
        var events = await _world.Store.Ledger.ReadAsync(0, "library", Token).ToListAsync(Token);
        events.Select(e => e.Type).ShouldBe(["video.deleting", "video.deleted"]);
        events[0].Payload.ShouldContain("\"video_id\":\"video_x\"");
        events[0].Payload.ShouldNotContain("somebody else's");
        (await _world.Store.Ledger.VerifyAsync(Token)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task Off_by_default()
    {
        using var world = new World();
        world.Provider.AddForeign(new Video("video_x", VideoStatus.Completed) { CreatedAt = world.Clock.GetUtcNow() });
        world.Clock.Advance(TimeSpan.FromDays(4000));

        (await world.CleanUpAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public async Task The_list_is_read_to_its_end_also_when_everything_on_it_goes(int? ascendingPages)
    {
        _world.Provider.AscendingPages = ascendingPages;
        for (var i = 0; i < 250; i++)
            AddForeign($"video_{i}");
        _world.Clock.Advance(TimeSpan.FromDays(1));

        (await _world.CleanUpAsync()).Count(item => item.Outcome == CleanupOutcome.Deleted).ShouldBe(250);

        _world.Provider.Videos.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_video_that_a_create_without_a_clear_answer_may_have_made_stays_however_old_it_is()
    {
        _world.Provider.GivesPrompts = false;
        _world.Provider.OnCreated = _ => throw new VideosApiException(VideosFault.Unavailable, "the answer was lost", RequestEffect.Unknown);
        var parked = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        parked.Cause.ShouldBe(RenderCause.AmbiguousCreate);
        var made = _world.Provider.Videos.ShouldHaveSingleItem().Id;
        _world.Provider.SetStatus(VideoStatus.Completed);
        _world.Clock.Advance(TimeSpan.FromDays(1));
        AddForeign("video_since");
        _world.Clock.Advance(TimeSpan.FromDays(30));

        (await _world.CleanUpAsync()).ShouldHaveSingleItem().Name.ShouldBe("video_since");
        await _world.Renders.AdoptAsync(parked.Id, made, "ann", Token);

        (await _world.RunToEndAsync(parked.Id)).Status.ShouldBe(RenderStatus.Completed);
        (await _world.CleanUpAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_video_that_was_adopted_since_the_list_was_read_stays()
    {
        _world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.InvalidRequest, "no");
        var failed = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        AddForeign("video_x");
        _world.Clock.Advance(TimeSpan.FromDays(1));
        _world.Calls.After = call =>
        {
            if (call != "owned")
                return;
            _world.Calls.After = null;
            _world.Renders.AdoptAsync(failed.Id, "video_x", "ann", Token).GetAwaiter().GetResult();
        };

        var item = (await _world.CleanUpAsync()).ShouldHaveSingleItem();

        (item.Outcome, item.Problem).ShouldBe((CleanupOutcome.Kept, "a render owns it by now"));
        (await _world.RunToEndAsync(failed.Id)).Status.ShouldBe(RenderStatus.Completed);
    }

    [Fact]
    public async Task A_provider_without_a_list_stops_nothing_else()
    {
        using var world = new World(o => o.Retention.ForeignAfter = TimeSpan.FromDays(1));
        await world.CompleteAsync(new RenderRequest("ours") { Model = "sora-2", Seconds = 4, Size = "1280x720" });
        world.Clock.Advance(TimeSpan.FromDays(1));
        world.Calls.Before = call =>
        {
            if (call == "list videos")
                throw new VideosApiException(VideosFault.NotSupported, "no list here");
        };

        var items = await world.CleanUpAsync();

        items.Select(item => (item.Kind, item.Outcome)).ShouldBe([(CleanupKind.ProviderCopy, CleanupOutcome.Deleted), (CleanupKind.ForeignVideo, CleanupOutcome.Failed)]);
        items[1].Problem.ShouldBe("no list here");
    }

    private void AddForeign(string id) => _world.Provider.AddForeign(new Video(id, VideoStatus.Completed) { CreatedAt = _world.Clock.GetUtcNow(), Prompt = "somebody else's", StatusText = "completed" });
}
