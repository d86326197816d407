using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Composition;

/// <summary>Stands where no provider is set: renders can be looked at and handed in, and whatever needs the provider says what is missing.</summary>
internal sealed class NoProvider : IVideosApi
{
    public static SettingsException Missing => new(
        "Sora:BaseUrl",
        "(none) is not allowed; allowed: the address of a server of the Videos protocol, such as https://host.example/v1; set it in appsettings.json or as environment variable Sora__BaseUrl");

    public Task<Video> CreateAsync(CreateVideoRequest request, CancellationToken cancellationToken = default) => throw Missing;

    public Task<Video> RemixAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => throw Missing;

    public Task<Video> EditAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => throw Missing;

    public Task<Video> ExtendAsync(string videoId, string prompt, int? seconds = null, CancellationToken cancellationToken = default) => throw Missing;

    public Task<Video> GetAsync(string videoId, CancellationToken cancellationToken = default) => throw Missing;

    public Task<VideoPage> ListPageAsync(VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default) => throw Missing;

    public IAsyncEnumerable<Video> ListAsync(VideoOrder order = VideoOrder.Descending, CancellationToken cancellationToken = default) => throw Missing;

    public Task<VideoContent> DownloadAsync(string videoId, AssetKind kind = AssetKind.Video, ContentResume? resume = null, CancellationToken cancellationToken = default) => throw Missing;

    public Task<bool> DeleteAsync(string videoId, CancellationToken cancellationToken = default) => throw Missing;
}
