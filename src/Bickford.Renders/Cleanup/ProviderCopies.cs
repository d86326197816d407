using System.Runtime.CompilerServices;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Cleanup;

/// <summary>
/// The provider's copies of videos that are stored here. Just before one is deleted, ours is read back from the store whole, and its length and SHA-256 are compared with the
/// row: what a store has noted about an object says what was written once, not what would be read now.
/// </summary>
internal sealed class ProviderCopies(
    ICleanupStore renders, CleanupRows rows, IVideoStore videos, CleanupRequests provider, RetentionOptions options, TimeProvider clock)
{
    private const int PageSize = 100;

    // A server without DELETE has none for any video.
    private volatile bool _impossible;

    public async IAsyncEnumerable<DueDeletion> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.ProviderCopiesAfter is not { } limit)
            yield break;
        EndedAt? after = null;
        while (!_impossible)
        {
            var now = clock.GetUtcNow();
            var page = await renders.ListProviderCopiesAsync(now - limit, after, PageSize, cancellationToken);
            var remixed = await renders.FindRemixedAsync([.. page.Select(row => row.Id)], cancellationToken);
            foreach (var row in page)
            {
                var decision = RetentionPolicy.ProviderCopy(row, options, remixed.Contains(row.Id), now);
                if (decision.Delete && !_impossible)
                    yield return Due(row, decision.Why);
            }

            if (page.Count < PageSize)
                yield break;
            after = EndedAt.Of(page[^1]);
        }
    }

    /// <summary>A row whose provider copy is due, or whose deletion a dead worker has begun.</summary>
    public DueDeletion Due(Render row, string why) => new(
        new CleanupItem(CleanupKind.ProviderCopy, row.VideoId!, why, CleanupOutcome.Planned)
        {
            RenderId = row.Id,
            Bytes = row.Assets.FirstOrDefault(asset => asset.Kind == AssetKind.Video)?.Bytes,
        },
        token => ProblemAsync(row, token),
        token => DeleteAsync(row, why, token));

    // Promise 5: what is not here as it was recorded is not deleted there.
    private async Task<string?> ProblemAsync(Render row, CancellationToken cancellationToken)
    {
        foreach (var asset in row.Assets)
        {
            var key = RenderKeys.Asset(row, asset.Kind);
            var uri = videos.UriOf(key);
            if (asset.Uri != uri)
                return $"our {asset.Kind} lies at {asset.Uri ?? "(nowhere)"}, and the store that is set would have it at {uri}";
            if (!await videos.VerifyAsync(key, new ObjectContent(asset.Bytes, asset.Sha256, asset.ContentType), cancellationToken))
                return $"our {asset.Kind} at {uri} is missing or damaged: it is not the {asset.Bytes} bytes with the SHA-256 {asset.Sha256} that were stored";
        }

        return null;
    }

    private async Task<string?> DeleteAsync(Render row, string why, CancellationToken cancellationToken)
    {
        if (row.ProviderCopyDeletingAt is null)
            row = await rows.BeginAsync(row, r => RenderMachine.ProviderCopyDeleting(r, why, clock.GetUtcNowMs()), cancellationToken);

        try
        {
            if (!await provider.AskAsync(api => api.DeleteAsync(row.VideoId!, cancellationToken), cancellationToken))
                return "the provider refuses to delete it";
        }
        catch (VideosApiException e) when (e.Fault == VideosFault.NotSupported)
        {
            _impossible = true;
            return $"the provider cannot delete videos ({e.Message}); set Retention:ProviderCopiesAfter to off";
        }

        await rows.EndAsync(row, r => r.ProviderCopyDeletedAt is not null, r => RenderMachine.ProviderCopyDeleted(r, clock.GetUtcNowMs()));
        return null;
    }
}
