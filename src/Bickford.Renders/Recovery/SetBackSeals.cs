using System.Text;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Recovery;

/// <summary>Copies of seals in the store that a restored database does not have, or has others in the place of.</summary>
internal sealed class SetBackSeals(ILedgerSeals seals, IVideoStore store)
{
    private const int MaxBytes = 64 << 10;

    // Behind a store that has none of them, the time of the backup must be said.
    private const int MostSteps = 1_000;

    /// <summary>The store has the copy of a seal that comes after the database's newest.</summary>
    public async Task<bool> AreThereAsync(CancellationToken cancellationToken)
    {
        if (await seals.NewestAsync(cancellationToken) is not { } newest)
            return false;
        // Asked in this order: a seal that a worker writes just now is in the database before its copy is in the store.
        return await ReadAsync(newest.Number + 1, cancellationToken) is not null && await seals.GetAsync(newest.Number + 1, cancellationToken) is null;
    }

    /// <summary>The newest seal that the store has the same copy of: what comes after it was made after the backup, or here since. Null for none.</summary>
    public async Task<LedgerSeal?> LastCommonAsync(CancellationToken cancellationToken)
    {
        var (seal, steps) = (await seals.NewestAsync(cancellationToken), 0);
        for (; seal is not null && steps < MostSteps; seal = await seals.GetAsync(seal.Number - 1, cancellationToken), steps++)
        {
            if (await ReadAsync(seal.Number, cancellationToken) is { } copy && LedgerSeal.Parse(Encoding.UTF8.GetString(copy)) == seal)
                return seal;
        }

        return null;
    }

    /// <summary>Numbers of the copies after this seal: they are not the database's own.</summary>
    public async Task<IReadOnlyList<long>> ListAsync(LedgerSeal? lastCommon, CancellationToken cancellationToken)
    {
        var numbers = new List<long>();
        for (var number = (lastCommon?.Number ?? 0) + 1; await ReadAsync(number, cancellationToken) is not null; number++)
            numbers.Add(number);
        return numbers;
    }

    /// <summary>Keeps a copy under another key, where it hinders nothing and can still be shown. Twice is the same as once.</summary>
    public async Task SetAsideAsync(long number, CancellationToken cancellationToken)
    {
        if (await ReadAsync(number, cancellationToken) is not { } copy)
            return;
        var hash = Hashing.Sha256(copy);
        using (var stream = new MemoryStream(copy, writable: false))
            await store.PutAsync(FormattableString.Invariant($"ledger/seals-set-aside/{number}-{hash[..16]}.json"), stream, new ObjectContent(copy.Length, hash, "application/json"), cancellationToken);
        await store.DeleteAsync(LedgerSeal.KeyOf(number), cancellationToken);
    }

    private async Task<byte[]?> ReadAsync(long number, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenReadAsync(LedgerSeal.KeyOf(number), cancellationToken);
        return stream is null ? null : await BoundedStream.ReadAllAsync(stream, MaxBytes, cancellationToken);
    }
}
