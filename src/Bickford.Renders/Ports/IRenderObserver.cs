namespace Bickford.Renders.Ports;

/// <summary>Downstream of a render, in process. Register as many as you like.</summary>
public interface IRenderObserver
{
    /// <summary>
    /// The render's files are stored and verified and it is about to complete. Called at least once for every completed render: after a
    /// crash it may be called again with the same <paramref name="eventId"/>. An exception makes the step retry; after its last
    /// try the render completes all the same, with the failure on the ledger.
    /// </summary>
    /// <param name="render">The render.</param>
    /// <param name="eventId">Id of the closing ledger event: the same on every call for this render.</param>
    /// <param name="cancellationToken">Shutdown, or the lease was lost.</param>
    Task OnCompletedAsync(Render render, Guid eventId, CancellationToken cancellationToken);

    /// <summary>
    /// The render failed, was parked or was cancelled. Called after the commit, at most once: a crash in between loses the call,
    /// never the ledger event, so read the ledger where it must not be missed. Exceptions are logged.
    /// </summary>
    Task OnStoppedAsync(Render render, CancellationToken cancellationToken) => Task.CompletedTask;
}
