using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps.Hostile;

/// <summary>Lists that lie to whoever searches them for a lost create, or cleans up after others.</summary>
public sealed class HostileListTests
{
    private static readonly VideosApiException Lost = new(VideosFault.Unavailable, "504", RequestEffect.Unknown);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_of_new_videos_without_end_is_not_read_for_ever_and_leads_to_no_second_create()
    {
        using var world = new World();
        var pages = 0;
        world.Provider.OnList = _ => Page(world, Enumerable.Range(pages++ * 1000, 1000).Select(static n => $"new_{n}"), $"position_{pages}");

        var parked = await ParkAsync(world);

        parked.Message!.ShouldContain("could not be read back");
        pages.ShouldBe(21); // 20,000 candidates
    }

    [Fact]
    public async Task Pages_in_a_circle_are_not_read_for_ever_and_lead_to_no_second_create()
    {
        using var world = new World();
        var pages = 0;
        world.Provider.OnList = _ => Page(world, [$"video_x{pages % 3}"], $"position_{++pages % 3}");

        var parked = await ParkAsync(world);

        parked.Message!.ShouldContain("could not be read back");
        pages.ShouldBe(4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(7000L * 365 * 24 * 60)]
    [InlineData(-10)]
    [InlineData(-50L * 365 * 24 * 60)]
    public async Task A_date_that_is_wrong_does_not_make_our_video_too_old_to_be_ours(long minutesAhead)
    {
        using var world = new World();
        world.Provider.OnCreated = static _ => throw Lost;
        world.Provider.OnList = _ => new VideoPage([.. world.Provider.Videos, .. OldOnes(world)], null, world.Clock.GetUtcNow().AddMinutes(minutesAhead));

        var done = await world.RunToEndAsync((await world.EnqueueAsync()).Id);

        (done.Status, world.Provider.Posts).ShouldBe((RenderStatus.Completed, 1));
    }

    [Fact]
    public async Task A_provider_that_takes_money_and_hides_the_video_is_believed_three_times_and_no_more()
    {
        using var world = new World(o => o.Deadline = TimeSpan.FromDays(1));
        world.Provider.OnCreated = static _ => throw Lost;
        world.Provider.OnList = _ => new VideoPage([.. world.Provider.Videos.Select(static v => v with { CreatedAt = DateTimeOffset.UnixEpoch })], null, null);

        var parked = await world.RunToEndAsync((await world.EnqueueAsync()).Id);

        (parked.Status, parked.Cause, world.Provider.Posts).ShouldBe((RenderStatus.Parked, RenderCause.AmbiguousCreate, CreateLookup.MostCreates));
    }

    [Fact]
    public async Task A_create_that_is_answered_with_anothers_video_is_parked_and_takes_nothing_from_it()
    {
        using var world = new World();
        var first = await world.CompleteAsync(new RenderRequest("first") { Model = "sora-2", Seconds = 4, Size = "1280x720" });
        world.Provider.OnCreated = video => Task.FromResult(video with { Id = first.VideoId! });
        world.Provider.OnList = _ => new VideoPage([], null, null);

        var parked = await world.RunToEndAsync((await world.EnqueueAsync("second")).Id);

        (parked.Status, parked.Cause, parked.VideoId).ShouldBe((RenderStatus.Parked, RenderCause.AmbiguousCreate, null));
        (await world.RowAsync(first.Id)).VideoId.ShouldBe(first.VideoId);
        world.Provider.Posts.ShouldBeLessThanOrEqualTo(1 + CreateLookup.MostCreates);
    }

    [Fact]
    public async Task Clean_up_reads_pages_in_a_circle_once_and_takes_each_video_once()
    {
        using var world = Cleaning();
        var pages = 0;
        world.Provider.OnList = after => Old(world, [$"video_{pages % 3}", $"video_{pages % 3}"], $"position_{++pages % 3}");

        var items = await world.CleanUpAsync();

        items.Select(static item => item.Name).ShouldBe(["video_0", "video_1", "video_2"]);
        pages.ShouldBe(4);
    }

    [Fact]
    public async Task Clean_up_does_not_read_a_list_without_end_for_longer_than_an_hour()
    {
        using var world = Cleaning();
        var pages = 0;
        world.Provider.OnList = _ =>
        {
            world.Clock.Advance(TimeSpan.FromMinutes(5));
            return Page(world, [$"new_{pages++}"], $"position_{pages}");
        };

        (await world.CleanUpAsync()).ShouldBeEmpty();

        pages.ShouldBe(12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60 * 24)]
    [InlineData(7000L * 365 * 24)]
    public void A_date_that_is_wrong_makes_no_video_old_enough_to_be_deleted(long hoursAhead)
    {
        var create = OpenCreate.Of(Rows.Started());
        var options = new RetentionOptions { ForeignAfter = TimeSpan.FromHours(3) };
        var video = new Video("video_x", VideoStatus.Completed) { CreatedAt = Rows.Now };

        RetentionPolicy.ForeignVideo(video, options, [create], Rows.Now.AddHours(9), TimeSpan.FromHours(hoursAhead)).Why.ShouldContain("no clear answer");
        RetentionPolicy.ForeignVideo(video, options, [], Rows.Now.AddHours(2), TimeSpan.FromHours(hoursAhead)).Delete.ShouldBeFalse();
        RetentionPolicy.ForeignVideo(video with { CreatedAt = DateTimeOffset.MinValue }, options, [], Rows.Now, TimeSpan.FromHours(hoursAhead)).Delete.ShouldBeTrue();
    }

    private static async Task<Render> ParkAsync(World world)
    {
        world.Provider.OnCreating = static () => throw Lost;
        var id = (await world.EnqueueAsync()).Id;
        await world.RunAsync(id); // the create
        world.Clock.Advance(TimeSpan.FromMinutes(5)); // the list has settled
        await world.RunAsync(id);
        var parked = await world.RowAsync(id);
        (parked.Status, parked.Cause, world.Provider.Posts).ShouldBe((RenderStatus.Parked, RenderCause.AmbiguousCreate, 1));
        return parked;
    }

    private static World Cleaning() => new(static o =>
    {
        o.Retention.ProviderCopiesAfter = null;
        o.Retention.ForeignAfter = TimeSpan.FromDays(1);
    });

    private static VideoPage Page(World world, IEnumerable<string> ids, string next) =>
        new([.. ids.Select(id => new Video(id, VideoStatus.Queued) { Prompt = "another", CreatedAt = world.Clock.GetUtcNow() })], next, world.Clock.GetUtcNow());

    private static VideoPage Old(World world, IEnumerable<string> ids, string next) =>
        new([.. ids.Select(id => new Video(id, VideoStatus.Completed) { Prompt = "another", CreatedAt = world.Clock.GetUtcNow().AddDays(-9) })], next, world.Clock.GetUtcNow());

    private static IEnumerable<Video> OldOnes(World world) =>
        [new("old", VideoStatus.Completed) { Prompt = "A lighthouse in fog", Model = "sora-2", Size = "1280x720", Seconds = "4", CreatedAt = world.Clock.GetUtcNow().AddYears(-60) }];
}
