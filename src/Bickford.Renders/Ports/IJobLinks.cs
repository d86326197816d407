namespace Bickford.Renders.Ports;

/// <summary>Where a render's job can be looked at, for engines that have pages of their own.</summary>
public interface IJobLinks
{
    /// <summary>Path of the page of the render's newest job on this worker's web server; null when the engine has none (any more).</summary>
    Task<string?> FindAsync(Guid renderId, CancellationToken cancellationToken);
}
