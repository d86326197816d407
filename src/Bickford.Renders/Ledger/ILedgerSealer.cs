namespace Bickford.Renders.Ledger;

/// <summary>What engines call on a schedule of their own, in every process; and what compares the copies outside with the seals.</summary>
public interface ILedgerSealer
{
    /// <summary>
    /// Seals every event that is settled and not sealed yet, and writes what copies are missing to the video store. Any number of processes may do so at once: one of
    /// them writes each seal. What a crash left undone, the next run does.
    /// </summary>
    /// <exception cref="Ports.VideoStoreException">The store failed. The seals are in the database, and are copied by a later run.</exception>
    Task<SealRun> SealAsync(CancellationToken cancellationToken = default);

    /// <summary>Compares every copy in the video store with its seal, and looks for copies of seals that the database does not have.</summary>
    /// <exception cref="Ports.VideoStoreException">The store failed.</exception>
    Task<SealCopiesReport> VerifyCopiesAsync(CancellationToken cancellationToken = default);
}

/// <summary>What a run of the sealer did.</summary>
/// <param name="Seals">Seals it wrote.</param>
/// <param name="Events">Events in them.</param>
/// <param name="Copies">Copies it wrote to the store.</param>
/// <param name="Fault">A copy that is not the seal of its number: nothing is copied over it, nor after it, until a person has looked. Null as a rule.</param>
public sealed record SealRun(int Seals, long Events, int Copies, LedgerFault? Fault);

/// <summary>Result of comparing seals with their copies.</summary>
/// <param name="Seals">Seals in the database.</param>
/// <param name="Copies">Copies that are what they should be.</param>
/// <param name="Waiting">The newest seals that have no copy yet: the sealer writes them when the store can be reached.</param>
/// <param name="FirstFault">What does not fit, the first by seal; null if everything fits.</param>
/// <param name="Faults">How many things do not fit.</param>
public sealed record SealCopiesReport(long Seals, long Copies, long Waiting, LedgerFault? FirstFault, long Faults);
