namespace Bickford.Renders.Ports;

/// <summary>What became of a render that an older state of the database knows less of than the provider and the store.</summary>
public enum RecoveryOutcome
{
    /// <summary>Its files are in the store and were read back: only recording them is left.</summary>
    Stored,

    /// <summary>The provider has its video: it is fetched.</summary>
    Adopted,

    /// <summary>It cannot be told whether the provider made it: it is parked for a person.</summary>
    Unclear,

    /// <summary>The provider has no such video: it is created when its turn comes.</summary>
    NotCreated,
}

/// <summary>A render, and what was found out about it.</summary>
/// <param name="RenderId">The render.</param>
/// <param name="Outcome">What was found out.</param>
/// <param name="VideoId">The video that is its own, where there is one.</param>
/// <param name="Why">Why it is unclear; else null.</param>
public sealed record RecoveredRender(Guid RenderId, RecoveryOutcome Outcome, string? VideoId, string? Why);

/// <summary>What a recovery found.</summary>
/// <param name="Since">What was created at the provider since then was looked for.</param>
/// <param name="Counts">Renders by outcome; every outcome is there.</param>
/// <param name="Foreign">Videos that the provider made since then and that no render owns: renders that are lost, or somebody else's.</param>
/// <param name="ListIsWhole">The provider's list was read back to that time.</param>
/// <param name="SealsSetAside">Copies of seals in the store that this database does not have, put out of the way.</param>
public sealed record RecoverySum(
    DateTimeOffset Since, IReadOnlyDictionary<RecoveryOutcome, int> Counts, IReadOnlyList<string> Foreign, bool ListIsWhole, int SealsSetAside);

/// <summary>Makes a database that was restored from a backup fit the provider and the store, which have gone on since. No worker may run meanwhile.</summary>
public interface IRecovery
{
    /// <summary>
    /// True if the store has a copy of a seal that comes after the database's newest: the database was set back, and its open rows may have forgotten creates that were paid for. It is not
    /// seen where the database has no seal, or no new one was made since the backup.
    /// </summary>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    Task<bool> IsSetBackAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks for each render that has not ended in the store, and for each that has no video in the provider's list; commits what it finds, and puts copies of seals out of the way that this
    /// database does not have. Running it again does no harm; what a crash left undone, the next run does.
    /// </summary>
    /// <param name="since">The time of the backup, or one before it; null for that of the newest seal whose copy in the store agrees, which is before it, too.</param>
    /// <param name="dryRun">Changes nothing.</param>
    /// <param name="tell">Told of each render that was looked for, as it is found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RenderRequestException">The time is in the future, or none was given and none can be found.</exception>
    /// <exception cref="RenderConflictException">Somebody works on a render meanwhile.</exception>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    /// <exception cref="Videos.VideosApiException">The provider failed.</exception>
    Task<RecoverySum> RunAsync(DateTimeOffset? since, bool dryRun, Action<RecoveredRender> tell, CancellationToken cancellationToken = default);
}
