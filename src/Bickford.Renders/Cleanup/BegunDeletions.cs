using System.Runtime.CompilerServices;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Cleanup;

/// <summary>Deletions that a dead worker has begun: they are ended, whatever the rules say by now, because the ledger says already that they are on their way.</summary>
internal sealed class BegunDeletions(ICleanupStore renders, ProviderCopies providerCopies, StoredFiles files)
{
    private const int PageSize = 100;

    public async IAsyncEnumerable<DueDeletion> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        EndedAt? after = null;
        while (true)
        {
            var page = await renders.ListDeletionsBegunAsync(after, PageSize, cancellationToken);
            foreach (var row in page)
            {
                yield return row is { ProviderCopyDeletingAt: { } begun, ProviderCopyDeletedAt: null }
                    ? providerCopies.Due(row, $"its deletion was begun at {begun:yyyy-MM-dd HH:mm:ss} UTC and not ended")
                    : files.Due(row, $"its deletion was begun at {row.FilesDeletingAt:yyyy-MM-dd HH:mm:ss} UTC and not ended");
            }

            if (page.Count < PageSize)
                yield break;
            after = EndedAt.Of(page[^1]);
        }
    }
}
