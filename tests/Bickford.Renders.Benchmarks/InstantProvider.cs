using System.Buffers.Binary;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Benchmarks;

/// <summary>A provider in the process itself that is done at once and remembers nothing: every id is a completed video of a few bytes, and its list is empty. What is measured with it is all the rest.</summary>
internal sealed class InstantProvider : IVideosApi
{
    private static readonly byte[] s_clip = [.. Box("ftyp", "isom\0\0\0\0isom"u8), .. Box("moov", []), .. Box("mdat", new byte[64])];

    public Task<Video> CreateAsync(CreateVideoRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(Queued());

    public Task<Video> RemixAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => Task.FromResult(Queued());

    public Task<Video> EditAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => Task.FromResult(Queued());

    public Task<Video> ExtendAsync(string videoId, string prompt, int? seconds = null, CancellationToken cancellationToken = default) => Task.FromResult(Queued());

    public Task<Video> GetAsync(string videoId, CancellationToken cancellationToken = default) => Task.FromResult(Completed(videoId));

    public Task<VideoPage> ListPageAsync(VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        Task.FromResult(new VideoPage([], null, null));

    public IAsyncEnumerable<Video> ListAsync(VideoOrder order = VideoOrder.Descending, CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<Video>();

    public Task<VideoContent> DownloadAsync(string videoId, AssetKind kind = AssetKind.Video, ContentResume? resume = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new VideoContent(new MemoryStream(s_clip, writable: false), 0, s_clip.Length, "video/mp4", null));

    public Task<bool> DeleteAsync(string videoId, CancellationToken cancellationToken = default) => Task.FromResult(true);

    private static Video Queued() => new($"video_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}", VideoStatus.Queued) { StatusText = "queued", Progress = 0 };

    private static Video Completed(string id) => new(id, VideoStatus.Completed) { StatusText = "completed", Progress = 100 };

    private static byte[] Box(string type, ReadOnlySpan<byte> content)
    {
        var box = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        System.Text.Encoding.ASCII.GetBytes(type, box.AsSpan(4));
        content.CopyTo(box.AsSpan(8));
        return box;
    }
}
