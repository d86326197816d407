using System.Runtime.CompilerServices;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Testing;

/// <content>The seals.</content>
public sealed partial class InMemoryLedger : ILedgerSeals
{
    private readonly List<LedgerSeal> _seals = [];

    /// <inheritdoc/>
    public Task<LedgerSeal?> NewestAsync(CancellationToken cancellationToken = default) => Locked(() => _seals.LastOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerSeal?> GetAsync(long number, CancellationToken cancellationToken = default) =>
        Locked(() => _seals.FirstOrDefault(seal => seal.Number == number), cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerSeal?> FindAsync(long seq, CancellationToken cancellationToken = default) =>
        Locked(() => _seals.FirstOrDefault(seal => seal.FirstSeq <= seq && seq <= seal.LastSeq), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerSeal> ReadSealsAsync(long after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var seal in await Locked(() => _seals.Where(seal => seal.Number > after).ToList(), cancellationToken))
            yield return seal;
    }

    /// <inheritdoc/>
    public Task<bool> AppendAsync(LedgerSeal seal, CancellationToken cancellationToken = default) => Locked(
        () =>
        {
            if (seal.Number != _seals.Count + 1)
                return false;
            _seals.Add(seal);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerLeaf>> ReadLeavesAsync(long after, long upTo, int limit, CancellationToken cancellationToken = default) => Locked<IReadOnlyList<LedgerLeaf>>(
        () => [.. _events.Where(e => e.Seq > after && e.Seq <= upTo).Take(limit).Select(e => new LedgerLeaf(e.Seq, e.Hash))],
        cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerEvent?> FindEventAsync(Guid eventId, CancellationToken cancellationToken = default) => Locked(() => _byId.GetValueOrDefault(eventId), cancellationToken);

    // As a database does, every failure comes with the task.
    private async Task<T> Locked<T>(Func<T> action, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
            return action();
    }
}
