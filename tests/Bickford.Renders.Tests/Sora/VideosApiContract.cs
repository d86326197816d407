using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

/// <summary>What every <see cref="IVideosApi"/> does, whichever server is behind it. An adapter derives a class and says how its world moves on.</summary>
public abstract class VideosApiContract : IAsyncLifetime
{
    private IVideosApi? _api;

    /// <summary>The adapter, in front of a server that has no videos yet.</summary>
    protected IVideosApi Api => _api!;

    /// <summary>Whether the server keeps thumbnails and spritesheets.</summary>
    protected virtual bool HasPreviews => true;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts the server and makes the adapter.</summary>
    protected abstract ValueTask<IVideosApi> StartAsync();

    /// <summary>Stops what <see cref="StartAsync"/> started.</summary>
    protected abstract ValueTask StopAsync();

    /// <summary>Makes the server finish a video.</summary>
    protected abstract ValueTask CompleteAsync(string videoId);

    /// <summary>Makes the server fail a video with this code.</summary>
    protected abstract ValueTask FailAsync(string videoId, string code);

    public async ValueTask InitializeAsync() => _api = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_created_video_can_be_looked_at()
    {
        var created = await Api.CreateAsync(Cat(), Cancel);
        var seen = await Api.GetAsync(created.Id, Cancel);

        created.Status.ShouldBeOneOf(VideoStatus.Queued, VideoStatus.InProgress);
        seen.Id.ShouldBe(created.Id);
        (seen.Prompt, seen.Model, seen.Size, seen.Seconds).ShouldBe(("a cat", "sora-2", "1280x720", "4"));
        seen.CreatedAt.ShouldNotBeNull();
        seen.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_create_takes_a_reference_image()
    {
        var created = await Api.CreateAsync(Cat() with { Reference = new VideoReference(TinyPng.Of(1280, 720), "first frame.png", "image/png") }, Cancel);

        (await Api.GetAsync(created.Id, Cancel)).Prompt.ShouldBe("a cat");
    }

    [Fact]
    public async Task A_completed_video_says_so()
    {
        var id = await CompletedAsync();

        var video = await Api.GetAsync(id, Cancel);

        video.Status.ShouldBe(VideoStatus.Completed);
        video.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_failed_video_is_an_answer_with_its_reason()
    {
        var created = await Api.CreateAsync(Cat(), Cancel);
        await FailAsync(created.Id, "moderation_blocked");

        var video = await Api.GetAsync(created.Id, Cancel);

        video.Status.ShouldBe(VideoStatus.Failed);
        video.Error!.Code.ShouldBe("moderation_blocked");
    }

    [Fact]
    public async Task An_unknown_video_is_not_found()
    {
        var get = await Should.ThrowAsync<VideosApiException>(() => Api.GetAsync("video_nobody_made", Cancel));
        var download = await Should.ThrowAsync<VideosApiException>(() => Api.DownloadAsync("video_nobody_made", cancellationToken: Cancel));

        (get.Fault, get.Effect).ShouldBe((VideosFault.NotFound, RequestEffect.None));
        download.Fault.ShouldBe(VideosFault.NotFound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a\r\nb")]
    public async Task What_can_be_no_id_is_refused(string id) =>
        (await Should.ThrowAsync<VideosApiException>(() => Api.GetAsync(id, Cancel))).Fault.ShouldBe(VideosFault.InvalidRequest);

    [Fact]
    public async Task An_id_cannot_lead_to_another_place() =>
        (await Should.ThrowAsync<VideosApiException>(() => Api.GetAsync("../videos?x=", Cancel))).Fault.ShouldBe(VideosFault.NotFound);

    [Fact]
    public async Task Pages_cover_the_list_once_in_either_order()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add((await Api.CreateAsync(Cat(), Cancel)).Id);

        (await ReadPagesAsync(VideoOrder.Ascending, 2)).ShouldBe(ids);
        ids.Reverse();
        (await ReadPagesAsync(VideoOrder.Descending, 2)).ShouldBe(ids);
        (await Api.ListAsync(cancellationToken: Cancel).Select(static v => v.Id).ToListAsync(Cancel)).ShouldBe(ids);
    }

    [Fact]
    public async Task An_empty_list_ends_at_once()
    {
        var page = await Api.ListPageAsync(cancellationToken: Cancel);

        page.Videos.ShouldBeEmpty();
        page.NextAfter.ShouldBeNull();
    }

    [Fact]
    public async Task A_remix_names_its_source()
    {
        var source = await CompletedAsync();

        var remix = await Api.RemixAsync(source, "the same in blue", Cancel);

        remix.Id.ShouldNotBe(source);
        (await Api.GetAsync(remix.Id, Cancel)).RemixedFromVideoId.ShouldBe(source);
    }

    [Fact]
    public async Task A_remix_of_nothing_is_a_refusal_without_effect()
    {
        var failure = await Should.ThrowAsync<VideosApiException>(() => Api.RemixAsync("video_nobody_made", "x", Cancel));

        (failure.Fault, failure.Effect).ShouldBe((VideosFault.NotFound, RequestEffect.None));
    }

    [Fact]
    public async Task A_download_brings_the_whole_file_the_same_each_time()
    {
        var id = await CompletedAsync();

        var first = await DownloadAsync(id, AssetKind.Video, null);
        var second = await DownloadAsync(id, AssetKind.Video, null);

        first.Offset.ShouldBe(0);
        first.Bytes.ShouldNotBeEmpty();
        if (first.Length is { } length)
            first.Bytes.LongLength.ShouldBe(length);
        second.Bytes.ShouldBe(first.Bytes);
    }

    [Fact]
    public async Task A_resumed_download_fits_to_what_is_already_here()
    {
        var id = await CompletedAsync();
        var whole = await DownloadAsync(id, AssetKind.Video, null);

        var rest = await DownloadAsync(id, AssetKind.Video, new ContentResume(3, whole.ETag ?? "\"none\""));

        rest.Offset.ShouldBeOneOf(0, 3);
        rest.Bytes.ShouldBe(whole.Bytes[(int)rest.Offset..]);
    }

    [Fact]
    public async Task A_resume_with_another_tag_starts_over()
    {
        var id = await CompletedAsync();

        (await DownloadAsync(id, AssetKind.Video, new ContentResume(3, "\"of-another-file\""))).Offset.ShouldBe(0);
    }

    [Theory]
    [InlineData(AssetKind.Thumbnail)]
    [InlineData(AssetKind.Spritesheet)]
    public async Task Previews_are_files_of_their_own_where_the_server_has_them(AssetKind kind)
    {
        var id = await CompletedAsync();

        if (HasPreviews)
            (await DownloadAsync(id, kind, null)).Bytes.ShouldNotBe((await DownloadAsync(id, AssetKind.Video, null)).Bytes);
        else
            (await Should.ThrowAsync<VideosApiException>(() => Api.DownloadAsync(id, kind, cancellationToken: Cancel))).Fault.ShouldBeOneOf(VideosFault.NotFound, VideosFault.NotSupported, VideosFault.InvalidRequest);
    }

    [Fact]
    public async Task Content_of_a_video_that_is_not_ready_is_not_found()
    {
        var created = await Api.CreateAsync(Cat(), Cancel);

        (await Should.ThrowAsync<VideosApiException>(() => Api.DownloadAsync(created.Id, cancellationToken: Cancel))).Fault.ShouldBe(VideosFault.NotFound);
    }

    [Fact]
    public async Task A_deleted_video_is_gone_and_may_be_deleted_again()
    {
        var id = await CompletedAsync();

        (await Api.DeleteAsync(id, Cancel)).ShouldBeTrue();
        (await Api.DeleteAsync(id, Cancel)).ShouldBeTrue();

        (await Should.ThrowAsync<VideosApiException>(() => Api.GetAsync(id, Cancel))).Fault.ShouldBe(VideosFault.NotFound);
    }

    [Fact]
    public async Task A_cancelled_token_is_obeyed()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => Api.GetAsync("v", cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Api.CreateAsync(Cat(), cancelled));

        (await Api.ListPageAsync(cancellationToken: Cancel)).Videos.ShouldBeEmpty();
    }

    private static CreateVideoRequest Cat() => new("a cat") { Model = "sora-2", Size = "1280x720", Seconds = 4 };

    private async Task<string> CompletedAsync()
    {
        var created = await Api.CreateAsync(Cat(), Cancel);
        await CompleteAsync(created.Id);
        return created.Id;
    }

    private async Task<List<string>> ReadPagesAsync(VideoOrder order, int limit)
    {
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = await Api.ListPageAsync(order, after, limit, Cancel);
            page.Videos.Count.ShouldBeLessThanOrEqualTo(limit);
            ids.AddRange(page.Videos.Select(static v => v.Id));
            after = page.NextAfter;
        }
        while (after is not null);
        return ids;
    }

    private async Task<(long Offset, long? Length, string? ETag, byte[] Bytes)> DownloadAsync(string id, AssetKind kind, ContentResume? resume)
    {
        await using var content = await Api.DownloadAsync(id, kind, resume, Cancel);
        using var bytes = new MemoryStream();
        await content.Body.CopyToAsync(bytes, Cancel);
        return (content.Offset, content.Length, content.ETag, bytes.ToArray());
    }
}
