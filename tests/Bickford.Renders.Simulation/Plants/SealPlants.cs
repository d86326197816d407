using Bickford.Renders.Ledger;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Bugs about the ledger's seals.</summary>
internal static class SealPlants
{
    public static IReadOnlyList<Plant> All { get; } =
    [
        new("seal-skips-events", "a seal leaves out an event of its block") { Seals = static seals => new Skips(seals) },
    ];

    private sealed class Skips(ILedgerSeals seals) : ILedgerSeals
    {
        public Task<LedgerSeal?> NewestAsync(CancellationToken cancellationToken = default) => seals.NewestAsync(cancellationToken);

        public Task<LedgerSeal?> GetAsync(long number, CancellationToken cancellationToken = default) => seals.GetAsync(number, cancellationToken);

        public Task<LedgerSeal?> FindAsync(long seq, CancellationToken cancellationToken = default) => seals.FindAsync(seq, cancellationToken);

        public IAsyncEnumerable<LedgerSeal> ReadSealsAsync(long after = 0, CancellationToken cancellationToken = default) => seals.ReadSealsAsync(after, cancellationToken);

        public Task<bool> AppendAsync(LedgerSeal seal, CancellationToken cancellationToken = default) => seals.AppendAsync(seal, cancellationToken);

        public async Task<IReadOnlyList<LedgerLeaf>> ReadLeavesAsync(long after, long upTo, int limit, CancellationToken cancellationToken = default) =>
            await seals.ReadLeavesAsync(after, upTo, limit, cancellationToken) is { Count: > 2 } leaves ? [.. leaves.Take(1), .. leaves.Skip(2)] : await seals.ReadLeavesAsync(after, upTo, limit, cancellationToken);

        public Task<LedgerEvent?> FindEventAsync(Guid eventId, CancellationToken cancellationToken = default) => seals.FindEventAsync(eventId, cancellationToken);
    }
}
