using Bickford.Renders.Videos;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Passes everything on: what a plant overrides is its bug.</summary>
internal abstract class PassedApi(IVideosApi api) : IVideosApi
{
    protected IVideosApi Api { get; } = api;

    public Task<Video> CreateAsync(CreateVideoRequest request, CancellationToken cancellationToken = default) => Api.CreateAsync(request, cancellationToken);

    public Task<Video> RemixAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => Api.RemixAsync(videoId, prompt, cancellationToken);

    public Task<Video> EditAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => Api.EditAsync(videoId, prompt, cancellationToken);

    public Task<Video> ExtendAsync(string videoId, string prompt, int? seconds = null, CancellationToken cancellationToken = default) => Api.ExtendAsync(videoId, prompt, seconds, cancellationToken);

    public Task<Video> GetAsync(string videoId, CancellationToken cancellationToken = default) => Api.GetAsync(videoId, cancellationToken);

    public virtual Task<VideoPage> ListPageAsync(VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        Api.ListPageAsync(order, after, limit, cancellationToken);

    public IAsyncEnumerable<Video> ListAsync(VideoOrder order = VideoOrder.Descending, CancellationToken cancellationToken = default) => Api.ListAsync(order, cancellationToken);

    public Task<VideoContent> DownloadAsync(string videoId, AssetKind kind = AssetKind.Video, ContentResume? resume = null, CancellationToken cancellationToken = default) =>
        Api.DownloadAsync(videoId, kind, resume, cancellationToken);

    public Task<bool> DeleteAsync(string videoId, CancellationToken cancellationToken = default) => Api.DeleteAsync(videoId, cancellationToken);
}
