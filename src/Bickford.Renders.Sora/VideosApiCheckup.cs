using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>Asks a provider one cheap question, for somebody who waits for the answer: nothing is tried again, and nothing is held back by limits or by what went wrong before.</summary>
public static class VideosApiCheckup
{
    /// <summary>The newest video of its list, and its clock.</summary>
    /// <param name="options">How to reach it; the attempts of reads are set to one.</param>
    /// <param name="time">The clock of time-outs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="VideosApiException">It did not answer, or refused.</exception>
    public static async Task<VideoPage> AskAsync(VideosApiOptions options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        options.ReadAttempts = 1;
        using var http = new HttpClient(SoraServiceCollectionExtensions.Handler(options, TimeSpan.Zero)) { Timeout = Timeout.InfiniteTimeSpan };
        // Nothing is drawn where nothing is tried again.
        using var client = new VideosApiClient(http, options, time, new Random(0));
        return await client.ListPageAsync(limit: 1, cancellationToken: cancellationToken);
    }
}
