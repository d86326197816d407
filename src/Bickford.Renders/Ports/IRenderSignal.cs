namespace Bickford.Renders.Ports;

/// <summary>
/// Tells workers of new rows that no engine was told of, because they were enqueued inside a caller's own transaction. Only a hint, within a
/// second as a rule: the reconcile job finds a row that no signal came for.
/// </summary>
public interface IRenderSignal
{
    /// <summary>Listens until it is cancelled, or the database cannot be reached.</summary>
    /// <param name="heard">Called with new rows; and once with none when it begins to listen, because rows may have been missed before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task ListenAsync(Func<IReadOnlyCollection<Guid>, Task> heard, CancellationToken cancellationToken);
}
