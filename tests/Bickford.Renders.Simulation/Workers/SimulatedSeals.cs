using System.Runtime.CompilerServices;
using Bickford.Renders.Ledger;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>The way from one process to the ledger's seals.</summary>
internal sealed class SimulatedSeals(Life life, ILedgerSeals seals) : ILedgerSeals
{
    public Task<LedgerSeal?> NewestAsync(CancellationToken cancellationToken = default) => ReadAsync(() => seals.NewestAsync(CancellationToken.None), cancellationToken);

    public Task<LedgerSeal?> GetAsync(long number, CancellationToken cancellationToken = default) => ReadAsync(() => seals.GetAsync(number, CancellationToken.None), cancellationToken);

    public Task<LedgerSeal?> FindAsync(long seq, CancellationToken cancellationToken = default) => ReadAsync(() => seals.FindAsync(seq, CancellationToken.None), cancellationToken);

    public async IAsyncEnumerable<LedgerSeal> ReadSealsAsync(long after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var seal in await ReadAsync(() => seals.ReadSealsAsync(after, CancellationToken.None).ToListAsync(CancellationToken.None).AsTask(), cancellationToken))
            yield return seal;
    }

    public Task<bool> AppendAsync(LedgerSeal seal, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Commit, () => seals.AppendAsync(seal, CancellationToken.None), SimulatedRows.Lost, token: cancellationToken);

    public Task<IReadOnlyList<LedgerLeaf>> ReadLeavesAsync(long after, long upTo, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => seals.ReadLeavesAsync(after, upTo, limit, CancellationToken.None), cancellationToken);

    public Task<LedgerEvent?> FindEventAsync(Guid eventId, CancellationToken cancellationToken = default) => ReadAsync(() => seals.FindEventAsync(eventId, CancellationToken.None), cancellationToken);

    private Task<T> ReadAsync<T>(Func<Task<T>> read, CancellationToken token) => life.CallAsync(Boundary.Read, read, SimulatedRows.Lost, token: token);
}
