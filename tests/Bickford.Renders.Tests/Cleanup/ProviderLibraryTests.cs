using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Cleanup;

/// <summary>The provider's list against our rows: each video in one state, and none left out.</summary>
public sealed class ProviderLibraryTests : IDisposable
{
    private static readonly RenderRequest Request = new("A lighthouse in fog") { Model = "sora-2", Size = "1280x720", Seconds = 4 };

    private readonly World _world = new(o => o.Retention.Files[RenderStatus.Failed] = TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Every_video_is_stored_pending_left_foreign_or_missing()
    {
        var stored = await _world.CompleteAsync(Request);
        var gone = await _world.CompleteAsync(Request);
        await _world.Provider.DeleteAsync(gone.VideoId!, Token);
        var pending = await _world.EnqueueAsync();
        await _world.RunAsync(pending.Id);
        var cancelled = await _world.EnqueueAsync("left");
        await _world.RunAsync(cancelled.Id);
        await _world.Renders.CancelAsync(cancelled.Id, cancellationToken: Token);
        _world.Provider.AddForeign(new Video("video_x", VideoStatus.Completed) { CreatedAt = _world.Clock.GetUtcNow(), StatusText = "completed" });
        _world.Clock.Advance(TimeSpan.FromSeconds(1));

        var (videos, sum) = await CompareAsync();

        videos.ToDictionary(video => video.VideoId, video => video.State).ShouldBe(new Dictionary<string, LibraryState>
        {
            [stored.VideoId!] = LibraryState.Stored,
            [(await _world.RowAsync(pending.Id)).VideoId!] = LibraryState.Pending,
            [(await _world.RowAsync(cancelled.Id)).VideoId!] = LibraryState.Left,
            [gone.VideoId!] = LibraryState.Missing,
            ["video_x"] = LibraryState.Foreign,
        }, ignoreOrder: true);
        videos.ShouldAllBe(video => video.StoredHere == (video.RenderId == stored.Id || video.RenderId == gone.Id));
        (sum.Complete, sum.LostCount).ShouldBe((true, 0));
        sum.Counts.Values.ShouldAllBe(count => count == 1);
    }

    [Fact]
    public async Task A_video_that_is_not_stored_and_not_there_is_lost()
    {
        var render = await _world.EnqueueAsync();
        await _world.RunAsync(render.Id);
        await _world.Provider.DeleteAsync((await _world.RowAsync(render.Id)).VideoId!, Token);
        _world.Clock.Advance(TimeSpan.FromSeconds(1));

        var (videos, sum) = await CompareAsync();

        sum.LostCount.ShouldBe(1);
        (videos.ShouldHaveSingleItem().State, videos[0].RenderId, videos[0].StoredHere).ShouldBe((LibraryState.Missing, render.Id, false));
    }

    [Fact]
    public async Task A_copy_that_clean_up_deleted_is_not_missed_and_files_that_it_deleted_leave_the_copy_behind()
    {
        await _world.CompleteAsync(Request);
        _world.Clock.Advance(TimeSpan.FromDays(2));
        await _world.CleanUpAsync();
        (await CompareAsync()).Videos.ShouldBeEmpty();

        using var world = new World(o => (o.Retention.ProviderCopiesAfter, o.Retention.Files[RenderStatus.Completed]) = (null, TimeSpan.Zero));
        await world.CompleteAsync(Request);
        await world.CleanUpAsync();
        (await CompareAsync(world)).Videos.ShouldHaveSingleItem().State.ShouldBe(LibraryState.Left);
    }

    [Fact]
    public async Task A_foreign_video_that_a_lost_answer_may_be_about_names_the_render()
    {
        _world.Provider.GivesPrompts = false;
        _world.Provider.OnCreated = _ => throw new VideosApiException(VideosFault.Unavailable, "the answer was lost", RequestEffect.Unknown);
        var parked = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);

        var video = (await CompareAsync()).Videos.ShouldHaveSingleItem();

        (video.State, video.MayBeOf).ShouldBe((LibraryState.Foreign, parked.Id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public async Task The_list_is_read_to_its_end(int? ascendingPages)
    {
        _world.Provider.AscendingPages = ascendingPages;
        for (var i = 0; i < 250; i++)
            _world.Provider.AddForeign(new Video($"video_{i}", VideoStatus.Completed));

        (await CompareAsync()).Sum.Counts[LibraryState.Foreign].ShouldBe(250);
    }

    [Fact]
    public async Task Of_a_list_without_an_end_nothing_is_said_to_be_missing()
    {
        var gone = await _world.CompleteAsync(Request);
        var pages = 0;
        _world.Provider.OnList = _ => new VideoPage([new Video($"video_{pages}x", VideoStatus.Completed)], $"after_{pages++}", null);

        var (videos, sum) = await CompareAsync();

        sum.Complete.ShouldBeFalse();
        videos.ShouldAllBe(video => video.State == LibraryState.Foreign);
        videos.ShouldNotContain(video => video.VideoId == gone.VideoId);
    }

    private Task<(List<LibraryVideo> Videos, LibrarySum Sum)> CompareAsync() => CompareAsync(_world);

    private static async Task<(List<LibraryVideo> Videos, LibrarySum Sum)> CompareAsync(World world)
    {
        var videos = new List<LibraryVideo>();
        var sum = world.Library.CompareAsync(videos.Add, Token);
        await world.PassAsync(sum);
        return (videos, await sum);
    }
}
