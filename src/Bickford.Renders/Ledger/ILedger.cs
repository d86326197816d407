using System.Text.Json.Nodes;

namespace Bickford.Renders.Ledger;

/// <summary>The append-only record of everything that happened. Nothing edits it; callers may add streams of their own.</summary>
public interface ILedger
{
    /// <summary>Appends a caller's own event to a stream of its own.</summary>
    /// <param name="stream">1 to 200 characters of <c>a-z A-Z 0-9 . _ - /</c>; <c>renders/…</c> is reserved.</param>
    /// <param name="type">Dotted lower-case words; <c>render.…</c> is reserved.</param>
    /// <param name="payload">Facts; at most 256 KiB as canonical JSON.</param>
    /// <param name="eventId">The same id again writes nothing and returns the event that is there; null makes a new one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RenderRequestException">A name or the payload is not allowed.</exception>
    Task<LedgerEvent> RecordAsync(string stream, string type, JsonObject payload, Guid? eventId = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Events in the order of <see cref="LedgerEvent.Seq"/>. Whoever reads on from the newest position he has seen misses none: an event is shown
    /// only when no open transaction can still put one before it. So a transaction that enqueues and stays open holds back what others
    /// appended after it, until it ends; <see cref="TailAsync"/> shows that at once. Positions may have gaps.
    /// </summary>
    /// <param name="after">Only events after this position; 0 for all.</param>
    /// <param name="stream">Only this stream; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<LedgerEvent> ReadAsync(long after = 0, string? stream = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Events after the place of a named cursor, which the ledger keeps: what a downstream system reads by, whatever happens to it. It gets every event at least once:
    /// what it read and did not acknowledge comes again, and <see cref="LedgerEvent.EventId"/> tells what it had before. A cursor that is new begins with the first event.
    /// </summary>
    /// <param name="cursor">1 to 100 characters of <c>a-z A-Z 0-9 . _ -</c>; one name for each reader.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RenderRequestException">No cursor may be called so.</exception>
    IAsyncEnumerable<LedgerEvent> ReadAsync(string cursor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says that a reader is done with an event and with all before it. Never moves a cursor back, however late and in whatever order calls arrive; nor past a position
    /// that an open transaction can still put an event before, so look at what is returned rather than take it for granted.
    /// </summary>
    /// <param name="cursor">The cursor; made where there is none of this name.</param>
    /// <param name="seq">Position of the event.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where it stands now.</returns>
    /// <exception cref="RenderRequestException">No cursor may be called so, or there is no such position yet.</exception>
    Task<LedgerCursor> AcknowledgeAsync(string cursor, long seq, CancellationToken cancellationToken = default);

    /// <summary>Sends a cursor anywhere: back, to read events again, or on, to pass over them.</summary>
    /// <inheritdoc cref="AcknowledgeAsync"/>
    Task<LedgerCursor> MoveCursorAsync(string cursor, long seq, CancellationToken cancellationToken = default);

    /// <summary>Where a cursor stands; null if there is none of this name.</summary>
    /// <exception cref="RenderRequestException">No cursor may be called so.</exception>
    Task<LedgerCursor?> FindCursorAsync(string cursor, CancellationToken cancellationToken = default);

    /// <summary>All cursors there are, by name.</summary>
    Task<IReadOnlyList<LedgerCursor>> ListCursorsAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets a cursor.</summary>
    /// <returns>False if there is none of this name.</returns>
    /// <exception cref="RenderRequestException">No cursor may be called so.</exception>
    Task<bool> RemoveCursorAsync(string cursor, CancellationToken cancellationToken = default);

    /// <summary>The newest events, newest first.</summary>
    /// <param name="count">1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<LedgerEvent>> TailAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Recomputes every chain and every seal and compares them with the rows; names the first event or seal that does not fit. The copies outside of the
    /// database are <see cref="ILedgerSealer.VerifyCopiesAsync"/>'s matter.
    /// </summary>
    Task<LedgerReport> VerifyAsync(CancellationToken cancellationToken = default);
}

/// <summary>Result of a verification.</summary>
/// <param name="Verified">True if everything fits.</param>
/// <param name="Events">Events read.</param>
/// <param name="Streams">Streams read.</param>
/// <param name="FirstFault">What does not fit, the first by ledger position; null if everything fits.</param>
/// <param name="Faults">How many things do not fit.</param>
public sealed record LedgerReport(bool Verified, long Events, long Streams, LedgerFault? FirstFault, long Faults)
{
    /// <summary>Seals read.</summary>
    public long Seals { get; init; }

    /// <summary>Events that a seal stands over; the rest came after the newest one.</summary>
    public long SealedEvents { get; init; }
}

/// <summary>A place where the ledger does not fit together.</summary>
/// <param name="Seq">Position in the ledger; null where an event or a render is missing.</param>
/// <param name="Stream">The stream, where known.</param>
/// <param name="EventId">The event, where there is one.</param>
/// <param name="Problem">What is wrong, in words.</param>
public sealed record LedgerFault(long? Seq, string? Stream, Guid? EventId, string Problem)
{
    /// <summary>The seal that does not fit, where it is not an event.</summary>
    public long? Seal { get; init; }
}
