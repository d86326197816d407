using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Bickford.Renders.Tests.Media;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Support;

/// <summary>A provider in memory: keeps every video it was paid for, finishes each after some looks, and does what a test scripts.</summary>
internal sealed class FakeProvider(TimeProvider clock, Calls calls) : IVideosApi
{
    private readonly List<Video> _videos = [];
    private readonly ConcurrentDictionary<string, int> _looks = []; // some looks go out at once
    private readonly ConcurrentDictionary<string, int> _listed = [];

    /// <summary>Every video that was created, and so was paid for.</summary>
    public IReadOnlyList<Video> Videos => _videos;

    /// <summary>POSTs that arrived or were tried.</summary>
    public int Posts { get; private set; }

    /// <summary>Looks at a video's status that were answered.</summary>
    public int Looks => _looks.Values.Sum();

    /// <summary>Pages of the list that were asked for.</summary>
    public int Lists { get; private set; }

    public List<string> Remixed { get; } = [];

    public List<(AssetKind Kind, ContentResume? Resume)> Downloads { get; } = [];

    public bool GivesPrompts { get; set; } = true;

    /// <summary>Shows a list in the order of creation whatever was asked for, a page of this size at a time.</summary>
    public int? AscendingPages { get; set; }

    public int LooksToFinish { get; set; } = 2;

    /// <summary>In place of the answer to a create, after the video was made.</summary>
    public Func<Video, Task<Video>>? OnCreated { get; set; }

    /// <summary>Before a create has its effect.</summary>
    public Action? OnCreating { get; set; }

    public Func<string, CancellationToken, Task>? OnLook { get; set; }

    /// <summary>What a look shows of a video, in place of how it stands.</summary>
    public Func<Video, Video>? Look { get; set; }

    /// <summary>The list shows how videos stand. Off: as they were created, for ever.</summary>
    public bool ListGetsOn { get; set; } = true;

    /// <summary>In place of a page of the list; null for the page as it is.</summary>
    public Func<string?, VideoPage?>? OnList { get; set; }

    public Func<AssetKind, ContentResume?, CancellationToken, Task<VideoContent?>>? OnDownload { get; set; }

    public Task<Video> CreateAsync(CreateVideoRequest request, CancellationToken cancellationToken = default) =>
        MakeAsync(new Video("", VideoStatus.Queued)
        {
            Prompt = request.Prompt,
            Model = request.Model,
            Size = request.Size,
            Seconds = request.Seconds?.ToString(CultureInfo.InvariantCulture),
        });

    public Task<Video> RemixAsync(string videoId, string prompt, CancellationToken cancellationToken = default)
    {
        Remixed.Add(videoId);
        return MakeAsync(new Video("", VideoStatus.Queued) { Prompt = prompt, RemixedFromVideoId = videoId });
    }

    public List<(string VideoId, string Prompt, int? Seconds)> Changed { get; } = [];

    public Task<Video> EditAsync(string videoId, string prompt, CancellationToken cancellationToken = default)
    {
        Changed.Add((videoId, prompt, null));
        return MakeAsync(new Video("", VideoStatus.Queued) { Prompt = prompt, RemixedFromVideoId = videoId });
    }

    public Task<Video> ExtendAsync(string videoId, string prompt, int? seconds = null, CancellationToken cancellationToken = default)
    {
        Changed.Add((videoId, prompt, seconds));
        return MakeAsync(new Video("", VideoStatus.Queued) { Prompt = prompt, RemixedFromVideoId = videoId, Seconds = "16" });
    }

    public Task<Video> GetAsync(string videoId, CancellationToken cancellationToken = default) => calls.On("look", async () =>
    {
        if (OnLook is not null)
            await OnLook(videoId, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var video = _videos.FirstOrDefault(v => v.Id == videoId) ?? throw new VideosApiException(VideosFault.NotFound, "no such video");
        _looks.AddOrUpdate(videoId, 1, static (_, count) => count + 1);
        return Seen(video);
    });

    // The provider gets on with it each time that somebody looks, at the video or at the list.
    private Video Seen(Video video)
    {
        var looks = _looks.GetValueOrDefault(video.Id) + _listed.GetValueOrDefault(video.Id);
        var seen = looks >= LooksToFinish
            ? video with { Status = VideoStatus.Completed, StatusText = "completed", Progress = 100 }
            : video with { Status = VideoStatus.InProgress, StatusText = "in_progress", Progress = looks * 10 };
        return Look?.Invoke(seen) ?? seen;
    }

    public Task<VideoPage> ListPageAsync(VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default) => calls.On("list videos", () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        Lists++;
        if (OnList?.Invoke(after) is { } scripted)
            return Task.FromResult(scripted);
        var size = AscendingPages ?? limit;
        List<Video> all = [.. _videos.Select(v => GivesPrompts ? v : v with { Prompt = null })];
        if (AscendingPages is null && order == VideoOrder.Descending)
            all.Reverse();
        var start = after is null ? 0 : all.FindIndex(v => v.Id == after) + 1;
        List<Video> page = [.. all.Skip(start).Take(size)];
        if (ListGetsOn)
        {
            foreach (var video in page)
                _listed.AddOrUpdate(video.Id, 1, static (_, count) => count + 1);
            page = [.. page.Select(video => video.Status is VideoStatus.Queued or VideoStatus.InProgress ? Seen(video) : video)];
        }

        return Task.FromResult(new VideoPage(page, start + page.Count < all.Count ? page[^1].Id : null, WholeSeconds(clock.GetUtcNow())));
    });

    public async IAsyncEnumerable<Video> ListAsync(VideoOrder order = VideoOrder.Descending, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var video in (await ListPageAsync(order, null, int.MaxValue, cancellationToken)).Videos)
            yield return video;
    }

    public Task<VideoContent> DownloadAsync(string videoId, AssetKind kind = AssetKind.Video, ContentResume? resume = null, CancellationToken cancellationToken = default) => calls.On("download", async () =>
    {
        Downloads.Add((kind, resume));
        if (OnDownload is not null && await OnDownload(kind, resume, cancellationToken) is { } content)
            return content;
        var bytes = BytesOf(kind);
        var offset = resume is { ETag: "\"1\"" } ? (int)resume.Offset : 0;
        return new VideoContent(new MemoryStream(bytes, offset, bytes.Length - offset), offset, bytes.Length, null, "\"1\"");
    });

    /// <summary>Asked before a delete; what it throws is the answer.</summary>
    public Action<string>? OnDelete { get; set; }

    public List<string> Deleted { get; } = [];

    public Task<bool> DeleteAsync(string videoId, CancellationToken cancellationToken = default) => calls.On("delete video", () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        OnDelete?.Invoke(videoId);
        if (_videos.RemoveAll(v => v.Id == videoId) > 0)
            Deleted.Add(videoId);
        return Task.FromResult(true);
    });

    public static byte[] BytesOf(AssetKind kind) => kind switch
    {
        AssetKind.Video => TestMedia.Mp4,
        AssetKind.Thumbnail => TestMedia.WebpLossy,
        _ => TestMedia.Jpeg,
    };

    /// <summary>A video that somebody else made.</summary>
    public void AddForeign(Video video) => _videos.Add(video);

    /// <summary>Every video is as the provider says of itself in its list.</summary>
    public void SetStatus(VideoStatus status)
    {
        for (var i = 0; i < _videos.Count; i++)
            _videos[i] = _videos[i] with { Status = status };
    }

    private Task<Video> MakeAsync(Video video)
    {
        Posts++;
        return calls.On("post", async () =>
        {
            OnCreating?.Invoke();
            video = video with { Id = $"video_{_videos.Count + Deleted.Count + 1}", StatusText = "queued", CreatedAt = WholeSeconds(clock.GetUtcNow()) };
            _videos.Add(video);
            return OnCreated is null ? video : await OnCreated(video);
        });
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
