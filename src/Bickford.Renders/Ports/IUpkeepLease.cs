namespace Bickford.Renders.Ports;

/// <summary>
/// Lets one process at a time do a piece of upkeep, by the database's clock. Only so that work is not done twice: whoever loses his lease half-way must do no harm either.
/// </summary>
public interface IUpkeepLease
{
    /// <summary>Takes the lease, if nobody has it and the last who had it gave it back long enough ago.</summary>
    /// <param name="work">Which work: 1 to 100 characters.</param>
    /// <param name="owner">The caller's token for this run.</param>
    /// <param name="duration">How long it holds unless renewed.</param>
    /// <param name="rest">How long ago the last run must have ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> TryTakeAsync(string work, string owner, TimeSpan duration, TimeSpan rest, CancellationToken cancellationToken = default);

    /// <summary>Prolongs it; false if another has taken it meanwhile.</summary>
    Task<bool> RenewAsync(string work, string owner, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>Gives it back, if the caller has it still, and notes that the run has ended.</summary>
    Task ReleaseAsync(string work, string owner, CancellationToken cancellationToken = default);
}
