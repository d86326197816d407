using System.Runtime.CompilerServices;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;

namespace Bickford.Renders.Cleanup;

/// <summary>Renders' files in the video store, by the rules of retention: video, previews, record and reference image, all or none.</summary>
internal sealed class StoredFiles(
    ICleanupStore renders, IRenderStore store, CleanupRows rows, ProviderCopies providerCopies, IVideoStore videos, RetentionOptions options, TimeProvider clock)
{
    private const int PageSize = 100;

    public async IAsyncEnumerable<DueDeletion> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = options.KeepLast > 0 ? await renders.FindNewestAsync(options.KeepLast, cancellationToken) : null;
        var seen = new HashSet<Guid>();
        foreach (var (status, tag, limit) in Searches())
        {
            EndedAt? after = null;
            while (true)
            {
                var now = clock.GetUtcNow();
                var page = await renders.ListWithFilesAsync(status, tag, now - limit, after, PageSize, cancellationToken);
                foreach (var row in page)
                {
                    var decision = RetentionPolicy.Files(row, options, newest, now);
                    if (!decision.Delete || !seen.Add(row.Id))
                        continue;
                    // Without our files, nothing could be compared any more: its own deletion at the provider comes first.
                    if (HasProviderCopy(row))
                        yield return providerCopies.Due(row, decision.Why);
                    yield return Due(row, decision.Why);
                }

                if (page.Count < PageSize)
                    break;
                after = EndedAt.Of(page[^1]);
            }
        }
    }

    /// <summary>A row whose files are due, or whose deletion a dead worker has begun.</summary>
    public DueDeletion Due(Render row, string why) => new(
        new CleanupItem(CleanupKind.Files, Names(row)[0], why, CleanupOutcome.Planned)
        {
            RenderId = row.Id,
            Others = Names(row)[1..],
            Bytes = row.Assets.Sum(asset => asset.Bytes) + (row.Reference?.Bytes ?? 0),
        },
        _ => Task.FromResult(Problem(row)),
        token => DeleteAsync(row, why, token));

    private IEnumerable<(RenderStatus Status, string? Tag, TimeSpan Limit)> Searches() =>
    [
        .. options.Files.Select(rule => (rule.Key, (string?)null, rule.Value)),
        .. from rule in options.Tags
           from limit in new[] { rule.Value }.OfType<TimeSpan>()
           from status in RetentionOptions.Ended
           select (status, rule.Key, limit),
    ];

    private bool HasProviderCopy(Render row) =>
        options.ProviderCopiesAfter is not null && row is { Status: RenderStatus.Completed, VideoId: not null, ProviderCopyDeletedAt: null };

    private string? Problem(Render row) => row.Assets
        .Where(asset => asset.Uri is not null && asset.Uri != videos.UriOf(RenderKeys.Asset(row, asset.Kind)))
        .Select(asset => $"our {asset.Kind} lies at {asset.Uri}, and the store that is set would have it at {videos.UriOf(RenderKeys.Asset(row, asset.Kind))}")
        .FirstOrDefault();

    private async Task<string?> DeleteAsync(Render row, string why, CancellationToken cancellationToken)
    {
        if (row.FilesDeletingAt is null)
        {
            if (HasProviderCopy(row))
            {
                row = await store.GetAsync(row.Id, cancellationToken) ?? row;
                if (HasProviderCopy(row))
                    return "the provider's copy could not be deleted first";
            }

            row = await rows.BeginAsync(row, r => RenderMachine.FilesDeleting(r, Names(r), why, clock.GetUtcNowMs()), cancellationToken);
        }

        foreach (var key in Keys(row))
            await videos.DeleteAsync(key, cancellationToken);
        await rows.EndAsync(row, r => r.FilesDeletedAt is not null, r => RenderMachine.FilesDeleted(r, clock.GetUtcNowMs()));
        return null;
    }

    private List<string> Names(Render row) => [.. Keys(row).Select(videos.UriOf)];

    // The video first: what people know the render by.
    private static IEnumerable<string> Keys(Render row) =>
    [
        .. row.Assets.OrderBy(asset => asset.Kind).Select(asset => RenderKeys.Asset(row, asset.Kind)),
        .. row.Reference is { } reference ? [reference.Key] : Array.Empty<string>(),
        .. row.Status == RenderStatus.Completed ? [RenderKeys.Record(row)] : Array.Empty<string>(),
    ];
}
