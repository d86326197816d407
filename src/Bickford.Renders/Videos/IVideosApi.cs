namespace Bickford.Renders.Videos;

/// <summary>
/// A server of the Videos protocol. Reads are retried inside; create, remix, edit and extension never are, because they cost money.
/// Every failure is a <see cref="VideosApiException"/>, except a cancelled token.
/// </summary>
public interface IVideosApi
{
    /// <summary>Starts a video: exactly one POST. On <see cref="RequestEffect.Unknown"/> the video may exist and be billed.</summary>
    Task<Video> CreateAsync(CreateVideoRequest request, CancellationToken cancellationToken = default);

    /// <summary>Starts a remix of a completed video: exactly one POST, as <see cref="CreateAsync"/>.</summary>
    Task<Video> RemixAsync(string videoId, string prompt, CancellationToken cancellationToken = default);

    /// <summary>Starts an edit of a completed video: exactly one POST, as <see cref="CreateAsync"/>. Not every server has it.</summary>
    Task<Video> EditAsync(string videoId, string prompt, CancellationToken cancellationToken = default);

    /// <summary>Starts a longer version of a completed video: exactly one POST, as <see cref="CreateAsync"/>. Not every server has it.</summary>
    /// <param name="videoId">The video that it goes on from.</param>
    /// <param name="prompt">How it goes on.</param>
    /// <param name="seconds">What is added; null leaves it to the server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<Video> ExtendAsync(string videoId, string prompt, int? seconds = null, CancellationToken cancellationToken = default);

    /// <summary>Looks at a video. A failed video is an answer, not an exception, whatever HTTP status the server gives it.</summary>
    Task<Video> GetAsync(string videoId, CancellationToken cancellationToken = default);

    /// <summary>One page of the videos.</summary>
    /// <param name="order">By time of creation.</param>
    /// <param name="after"><see cref="VideoPage.NextAfter"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<VideoPage> ListPageAsync(VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>All videos, page by page as they are enumerated.</summary>
    IAsyncEnumerable<Video> ListAsync(VideoOrder order = VideoOrder.Descending, CancellationToken cancellationToken = default);

    /// <summary>Opens a file of a completed video as a stream; nothing is buffered.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="kind">Which file.</param>
    /// <param name="resume">Where to go on; null from the start. The answer's <see cref="VideoContent.Offset"/> says where the server really begins.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<VideoContent> DownloadAsync(string videoId, AssetKind kind = AssetKind.Video, ContentResume? resume = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a video at the provider; true also when it was already gone.</summary>
    Task<bool> DeleteAsync(string videoId, CancellationToken cancellationToken = default);
}
