using System.Runtime.CompilerServices;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Cleanup;

/// <summary>The provider's list from the oldest video to the newest, page by page, whatever the server does: videos that were on the page before are left out, and a list that never ends is left after a while.</summary>
internal sealed class ProviderPages(CleanupRequests provider, TimeProvider clock)
{
    private const int PageSize = 100;

    // A server that gives out pages for ever. What it takes longer to read than that, the next run finds.
    private const int MostPages = 10_000;
    private static readonly TimeSpan LongestRead = TimeSpan.FromHours(1);

    /// <summary>The end was reached.</summary>
    public bool Complete { get; private set; }

    public async IAsyncEnumerable<VideoPage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var positions = new HashSet<string>(StringComparer.Ordinal);
        var before = new HashSet<string>(StringComparer.Ordinal);
        var started = clock.GetTimestamp();
        string? after = null;
        for (var pages = 0; pages < MostPages && clock.GetElapsedTime(started) < LongestRead; pages++)
        {
            var page = await provider.AskAsync(api => api.ListPageAsync(VideoOrder.Ascending, after, PageSize, cancellationToken), cancellationToken);
            var fresh = page.Videos.Where(video => !before.Contains(video.Id)).ToList();
            // A page that only brings what the one before brought, or leads to where we were, is the end, whatever the server says.
            Complete = page.NextAfter is null || !positions.Add(page.NextAfter) || fresh.Count == 0;
            yield return page with { Videos = fresh };
            if (Complete)
                yield break;
            after = page.NextAfter;
            before = [.. page.Videos.Select(video => video.Id)];
        }
    }
}
