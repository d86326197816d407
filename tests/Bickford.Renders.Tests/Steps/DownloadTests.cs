using System.Text;
using Bickford.Renders.Tests.Media;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] Mp4 = TestMedia.Mp4;
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("\"1\"")]
    [InlineData(null)]
    [InlineData("\"another\"")]
    public async Task A_download_that_broke_goes_on_where_it_stopped_only_where_the_tag_vouches_for_it(string? tag)
    {
        var broken = true;
        _world.Provider.OnDownload = (kind, _, _) =>
        {
            if (kind != AssetKind.Video || !broken)
                return Task.FromResult<VideoContent?>(null);
            broken = false;
            return Task.FromResult<VideoContent?>(new VideoContent(new MemoryStream(Mp4, 0, 700), 0, Mp4.Length, null, tag));
        };
        var done = await FinishAsync();
        done.Assets[0].Sha256.ShouldBe(Hashing.Sha256(Mp4));
        var second = _world.Provider.Downloads.Where(d => d.Kind == AssetKind.Video).ElementAt(1).Resume;
        second.ShouldBe(tag is null ? null : new ContentResume(700, tag));
    }

    [Fact]
    public async Task The_rest_of_another_file_is_not_glued_to_what_is_here()
    {
        var calls = 0;
        var rest = Mp4[700..];
        rest[^1] ^= 1; // still an MP4 by its boxes
        _world.Provider.OnDownload = (kind, _, _) => Task.FromResult(kind != AssetKind.Video ? null : ++calls switch
        {
            1 => new VideoContent(new MemoryStream(Mp4, 0, 700), 0, Mp4.Length, null, "\"1\""),
            2 => new VideoContent(new MemoryStream(rest), 700, Mp4.Length, null, "\"2\""),
            _ => null,
        });
        (await FinishAsync()).Assets[0].Sha256.ShouldBe(Hashing.Sha256(Mp4));
        calls.ShouldBe(3);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_the_providers_fault_and_not_the_disks()
    {
        var broken = true;
        _world.Provider.OnDownload = (kind, _, _) =>
        {
            if (!broken)
                return Task.FromResult<VideoContent?>(null);
            broken = false;
            return Task.FromResult<VideoContent?>(new VideoContent(new HookedBody(() => throw new IOException("reset")), 0, Mp4.Length, null, null));
        };
        var id = (await _world.EnqueueAsync()).Id;
        await _world.RunToEndAsync(id);
        string? retry = null;
        await foreach (var e in _world.Store.Ledger.ReadAsync(0, null, TestContext.Current.CancellationToken))
            retry ??= e.Type == "render.retry" ? e.Payload : null;
        retry.ShouldNotBeNull().ShouldContain("the download broke: reset");
        retry.ShouldContain("\"Internal\"");
    }

    [Fact]
    public async Task What_is_no_mp4_is_fetched_again_from_the_start_and_fails_after_a_few_tries()
    {
        _world.Provider.OnDownload = (kind, _, _) => Task.FromResult<VideoContent?>(new VideoContent(new MemoryStream("<html>"u8.ToArray()), 0, 6, "video/mp4", "\"1\""));
        var failed = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        (failed.Status, failed.Cause, failed.Step).ShouldBe((RenderStatus.Failed, RenderCause.ProviderFailed, RenderStep.Download));
        failed.Message!.ShouldContain("HTML");
        _world.Provider.Downloads.Count.ShouldBe(8);
        _world.Provider.Downloads.ShouldAllBe(d => d.Resume == null);
        _world.Observer.Stopped.ShouldBe([RenderStatus.Failed]);

        _world.Provider.OnDownload = null;
        await _world.Renders.ResumeAsync(failed.Id, "ann", TestContext.Current.CancellationToken);
        (await _world.RunToEndAsync(failed.Id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_beyond_the_longest_is_refused_before_and_while_it_streams()
    {
        foreach (var promised in new long?[] { 2 << 20, null })
        {
            using var world = new World(o => o.MaxAssetBytes = 1 << 20);
            world.Provider.OnDownload = (_, _, _) => Task.FromResult<VideoContent?>(new VideoContent(new MemoryStream(new byte[2 << 20]), 0, promised, null, null));
            var failed = await world.RunToEndAsync((await world.EnqueueAsync()).Id);
            (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Storage));
            failed.Message!.ShouldContain("Staging:MaxFileBytes");
        }
    }

    [Theory]
    [InlineData(VideosFault.NotFound)]
    [InlineData(VideosFault.NotSupported)]
    [InlineData(VideosFault.InvalidRequest)]
    [InlineData(VideosFault.Authentication)]
    [InlineData(VideosFault.BadAnswer)]
    [InlineData(VideosFault.Unavailable)]
    [InlineData(VideosFault.RateLimit)]
    public async Task Previews_that_do_not_come_do_not_fail_the_render(VideosFault fault)
    {
        _world.Provider.OnDownload = (kind, _, _) => kind == AssetKind.Video ? Task.FromResult<VideoContent?>(null) : throw new VideosApiException(fault, "no");
        (await FinishAsync()).Assets.Select(a => a.Kind).ShouldBe([AssetKind.Video]);
        _world.Provider.Downloads.Count(d => d.Kind == AssetKind.Video).ShouldBe(1); // what is staged is not fetched again
    }

    [Theory]
    [InlineData("<html>no</html>")]
    [InlineData("")]
    public async Task Previews_that_are_garbage_are_left_out(string garbage)
    {
        var bytes = Encoding.UTF8.GetBytes(garbage);
        _world.Provider.OnDownload = (kind, _, _) => Task.FromResult(kind == AssetKind.Video ? null : new VideoContent(new MemoryStream(bytes), 0, bytes.Length, "image/webp", null));
        (await FinishAsync()).Assets.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_staged_file_that_is_gone_is_downloaded_again()
    {
        var id = await RunUpToUploadAsync();
        Directory.Delete(_world.StagingRoot, recursive: true);
        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        (await _world.EventsAsync(id)).ShouldContain("render.staging_lost");
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_staged_file_that_was_damaged_is_downloaded_again()
    {
        var id = await RunUpToUploadAsync();
        var path = Directory.GetFiles(_world.StagingRoot, "video.mp4", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(path, Mp4[..^1], TestContext.Current.CancellationToken);
        (await _world.RunToEndAsync(id)).Assets[0].Sha256.ShouldBe(Hashing.Sha256(Mp4));
        (await _world.EventsAsync(id)).ShouldContain("render.staging_lost");
    }

    [Fact]
    public async Task A_file_that_was_damaged_before_the_downloads_commit_does_not_block_the_render_for_good()
    {
        var id = (await _world.EnqueueAsync()).Id;
        var folder = Path.Combine(_world.StagingRoot, id.ToString("D"));
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "video.mp4"), Mp4[..100], TestContext.Current.CancellationToken);
        var done = await _world.RunToEndAsync(id);
        (done.Status, done.Assets[0].Sha256).ShouldBe((RenderStatus.Completed, Hashing.Sha256(Mp4)));
    }

    [Fact]
    public async Task Content_that_is_not_there_yet_is_waited_for_and_expired_content_is_named()
    {
        var missing = 3;
        _world.Provider.OnDownload = (_, _, _) => missing-- > 0 ? throw new VideosApiException(VideosFault.NotFound, "not yet") : Task.FromResult<VideoContent?>(null);
        await FinishAsync();

        _world.Provider.OnDownload = (_, _, _) => throw new VideosApiException(VideosFault.NotFound, "gone");
        var failed = await _world.RunToEndAsync((await _world.EnqueueAsync("another")).Id);
        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Expired));
    }

    private async Task<Render> FinishAsync()
    {
        var done = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        done.Status.ShouldBe(RenderStatus.Completed, done.Message);
        return done;
    }

    private async Task<Guid> RunUpToUploadAsync()
    {
        var id = (await _world.EnqueueAsync()).Id;
        while ((await _world.RowAsync(id)) is var row && row.Step != RenderStep.Upload)
        {
            _world.Clock.AdvanceTo(row.DueAt!.Value);
            await _world.RunAsync(id);
        }

        return id;
    }

    private sealed class HookedBody(Action onRead) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            onRead();
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
