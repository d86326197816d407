using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Cleanup;

/// <summary>Reads the provider's list, asks the rows for the owners page by page, and then the other way round: which rows name a video that was not on it.</summary>
internal sealed class ProviderLibrary(IVideosApi api, ICleanupStore renders, IRenderStore store, RenderOptions options, TimeProvider clock) : IProviderLibrary
{
    private const int PageSize = 500;

    // Whose videos are still wanted, and not stored.
    private static readonly RenderFilter Wanting = new() { Statuses = [RenderStatus.Rendering, RenderStatus.Storing, RenderStatus.Failed, RenderStatus.Parked] };

    public async Task<LibrarySum> CompareAsync(Action<LibraryVideo> tell, CancellationToken cancellationToken = default)
    {
        var counts = Enum.GetValues<LibraryState>().ToDictionary(state => state, _ => 0);
        var (seen, lost, started) = (new HashSet<string>(StringComparer.Ordinal), 0, clock.GetUtcNow());
        var pages = new ProviderPages(new CleanupRequests(api, options, clock), clock);
        var creates = await OpenCreates.ListAsync(renders, cancellationToken);
        await foreach (var page in pages.ReadAsync(cancellationToken))
        {
            var ahead = page.ServerTime is { } server ? server - clock.GetUtcNow() : TimeSpan.Zero;
            var owners = page.Videos.Count == 0 ? [] : (await renders.FindByVideoIdsAsync([.. page.Videos.Select(video => video.Id)], cancellationToken)).ToDictionary(row => row.VideoId!, StringComparer.Ordinal);
            foreach (var video in page.Videos.Where(video => seen.Add(video.Id)))
                Tell(Listed(video, owners.GetValueOrDefault(video.Id), creates, ahead));
        }

        if (pages.Complete)
        {
            await foreach (var row in NamedAsync(started, cancellationToken))
            {
                if (seen.Add(row.VideoId!))
                    Tell(Missing(row));
            }
        }

        return new LibrarySum(counts, lost, pages.Complete);

        void Tell(LibraryVideo video)
        {
            counts[video.State]++;
            lost += video is { State: LibraryState.Missing, StoredHere: false } ? 1 : 0;
            tell(video);
        }
    }

    /// <summary>How a video stands to the render that owns it.</summary>
    public static LibraryState StateOf(Render? owner) => owner switch
    {
        null => LibraryState.Foreign,
        { Status: RenderStatus.Completed } => IsStored(owner) ? LibraryState.Stored : LibraryState.Left,
        { Status: RenderStatus.Cancelled } => LibraryState.Left,
        _ => RenderMachine.IsEndedByProvider(owner) || owner.FilesDeletingAt is not null ? LibraryState.Left : LibraryState.Pending,
    };

    private static LibraryVideo Listed(Video video, Render? owner, IReadOnlyList<OpenCreate> creates, TimeSpan ahead) => new(video.Id, StateOf(owner))
    {
        RenderId = owner?.Id,
        RenderStatus = owner?.Status,
        StoredHere = owner is not null && IsStored(owner),
        ProviderStatus = video.StatusText,
        CreatedAt = video.CreatedAt,
        ExpiresAt = video.ExpiresAt,
        MayBeOf = owner is null && video.CreatedAt is { } created ? creates.FirstOrDefault(create => create.MayHaveMade(created, ahead))?.RenderId : null,
    };

    private static LibraryVideo Missing(Render row) => new(row.VideoId!, LibraryState.Missing)
    {
        RenderId = row.Id,
        RenderStatus = row.Status,
        StoredHere = IsStored(row),
        CreatedAt = row.ProviderCreatedAt,
        ExpiresAt = row.ExpiresAt,
    };

    private static bool IsStored(Render row) => row.Status == RenderStatus.Completed && row.Assets.Any(asset => asset is { Kind: AssetKind.Video, Uri: not null });

    // Rows that say the provider has their video, and had it before the list was read.
    private async IAsyncEnumerable<Render> NamedAsync(DateTimeOffset started, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        EndedAt? after = null;
        while (true)
        {
            var page = await renders.ListProviderCopiesAsync(started, after, PageSize, cancellationToken);
            foreach (var row in page)
                yield return row;
            if (page.Count < PageSize)
                break;
            after = EndedAt.Of(page[^1]);
        }

        Guid? before = null;
        while (true)
        {
            var page = await store.ListAsync(Wanting, before, PageSize, cancellationToken);
            foreach (var row in page.Where(row => row.VideoId is not null && IsStillWanted(row) && (row.CreateStartedAt ?? row.CreatedAt) < started))
                yield return row;
            if (page.Count < PageSize)
                yield break;
            before = page[^1].Id;
        }
    }

    // Of the others it is known that their video is gone, or of no use.
    private static bool IsStillWanted(Render row) =>
        StateOf(row) == LibraryState.Pending && row is not { Status: RenderStatus.Failed, Cause: RenderCause.Expired or RenderCause.ProviderLost };
}
