using System.Text;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Ledger;

/// <summary>What stands in the place of a seal's copy.</summary>
internal enum SealCopy
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>The seal.</summary>
    Right,

    /// <summary>Something else.</summary>
    Different,
}

/// <summary>
/// The seals' copies in the video store: what the database says can be held against them. They are written in the order of the seals, so that where
/// one is, all before it were. None is ever overwritten.
/// </summary>
internal sealed class SealCopies(ILedgerSeals seals, IVideoStore store)
{
    private const int MaxBytes = 64 << 10;
    private const int AtOnce = 8;

    /// <summary>Writes the copies that are missing up to this seal.</summary>
    /// <param name="newest">The newest seal.</param>
    /// <param name="cancellationToken">Gives up; the next run goes on.</param>
    /// <returns>How many were written; and what stands in the way of the rest, or null.</returns>
    public async Task<(int Written, LedgerFault? Fault)> WriteMissingAsync(LedgerSeal newest, CancellationToken cancellationToken)
    {
        var written = 0;
        await foreach (var seal in seals.ReadSealsAsync(await LastCopyAsync(newest.Number, cancellationToken), cancellationToken))
        {
            switch (await LookAsync(seal, cancellationToken))
            {
                case SealCopy.Different:
                    return (written, Different(seal));
                case SealCopy.Missing:
                    var bytes = seal.ToBytes();
                    using (var stream = new MemoryStream(bytes, writable: false))
                        await store.PutAsync(seal.Key, stream, new ObjectContent(bytes.Length, Hashing.Sha256(bytes), "application/json"), cancellationToken);
                    written++;
                    break;
            }
        }

        return (written, null);
    }

    /// <summary>Compares every copy with its seal.</summary>
    public async Task<SealCopiesReport> VerifyAsync(CancellationToken cancellationToken)
    {
        var faults = new LedgerFaults();
        var (count, copies) = (0L, 0L);
        var missing = new List<LedgerSeal>();
        await foreach (var batch in seals.ReadSealsAsync(0, cancellationToken).Chunk(AtOnce).WithCancellation(cancellationToken))
        {
            var looks = await Task.WhenAll(batch.Select(seal => LookAsync(seal, cancellationToken)));
            foreach (var (seal, look) in batch.Zip(looks))
            {
                count = seal.Number;
                copies += look == SealCopy.Right ? 1 : 0;
                if (look == SealCopy.Missing)
                {
                    missing.Add(seal);
                    continue;
                }

                // A later copy is there, so these were, too.
                foreach (var gone in missing)
                    faults.Add(gone.Number, Fault(gone.Number, $"its copy {store.UriOf(gone.Key)} is gone"));
                missing.Clear();
                if (look == SealCopy.Different)
                    faults.Add(seal.Number, Different(seal));
            }
        }

        await VerifyNoMoreAsync(count + 1, faults, cancellationToken);
        return new SealCopiesReport(count, copies, missing.Count, faults.First, faults.Count);
    }

    /// <summary>The copy of a seal that the database does not have: the database was set back, or its newest events were removed.</summary>
    private async Task VerifyNoMoreAsync(long number, LedgerFaults faults, CancellationToken cancellationToken)
    {
        // Asked in this order, a seal that was written meanwhile is in the database before its copy is in the store.
        if (await ReadAsync(number, cancellationToken) is not null && await seals.GetAsync(number, cancellationToken) is null)
            faults.Add(number, Fault(number, $"its copy {store.UriOf(LedgerSeal.KeyOf(number))} is there, but the database does not have it: it was removed, or the database was set back to an older state"));
    }

    // The newest number that has a copy, or a different one: they are there up to some number and missing after it. Looked for from the end, where it is as a rule.
    private async Task<long> LastCopyAsync(long newest, CancellationToken cancellationToken)
    {
        var (missing, step) = (newest + 1, 1L);
        var there = newest;
        while (there > 0 && await ReadAsync(there, cancellationToken) is null)
            (missing, there, step) = (there, Math.Max(0, there - step), step * 2);
        while (missing - there > 1)
        {
            var middle = there + ((missing - there) / 2);
            if (await ReadAsync(middle, cancellationToken) is null)
                missing = middle;
            else
                there = middle;
        }

        return Math.Max(0, there - 1);
    }

    private async Task<SealCopy> LookAsync(LedgerSeal seal, CancellationToken cancellationToken) =>
        await ReadAsync(seal.Number, cancellationToken) is not { } text ? SealCopy.Missing
        : LedgerSeal.Parse(text) == seal ? SealCopy.Right
        : SealCopy.Different;

    private async Task<string?> ReadAsync(long number, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenReadAsync(LedgerSeal.KeyOf(number), cancellationToken);
        if (stream is null)
            return null;
        try
        {
            return Encoding.UTF8.GetString(await BoundedStream.ReadAllAsync(stream, MaxBytes, cancellationToken));
        }
        catch (IOException e) when (e.InnerException is null && e.Message.StartsWith("more than", StringComparison.Ordinal))
        {
            return ""; // no seal is that long
        }
    }

    private LedgerFault Different(LedgerSeal seal) =>
        Fault(seal.Number, $"its copy {store.UriOf(seal.Key)} is another: the ledger was rewritten, or the copy was");

    private static LedgerFault Fault(long number, string problem) =>
        new(null, null, null, FormattableString.Invariant($"seal {number}: {problem}")) { Seal = number };
}
