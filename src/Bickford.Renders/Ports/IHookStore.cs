namespace Bickford.Renders.Ports;

/// <summary>How far a hook has come.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Position">It is done with every event up to this position: delivered, not asked for, or put on the list of dead letters.</param>
/// <param name="Attempt">Failed tries in a row of the next event; 0 for none.</param>
/// <param name="DueAt">When the next try is due; null for at once.</param>
/// <param name="Problem">Why the last try failed.</param>
/// <param name="UpdatedAt">When any of this changed.</param>
public sealed record HookState(string Name, long Position, int Attempt, DateTimeOffset? DueAt, string? Problem, DateTimeOffset UpdatedAt);

/// <summary>An event that a hook gave up on. The event itself is on the ledger.</summary>
/// <param name="Hook">The hook.</param>
/// <param name="EventId">The event.</param>
/// <param name="Seq">Its position on the ledger.</param>
/// <param name="Type">What happened.</param>
/// <param name="Attempts">Tries in all.</param>
/// <param name="Problem">Why the last one failed.</param>
/// <param name="Since">When it was given up on.</param>
/// <param name="LastTriedAt">When it was tried last.</param>
public sealed record DeadLetter(string Hook, Guid EventId, long Seq, string Type, int Attempts, string Problem, DateTimeOffset Since, DateTimeOffset LastTriedAt);

/// <summary>Where hooks stand, and what they gave up on. Each change is guarded by the position it starts from, so that two who deliver at once do not undo each other's.</summary>
public interface IHookStore
{
    /// <summary>Where a hook stands. One that is new begins with what happens from now on, and misses nothing of it.</summary>
    Task<HookState> BeginAsync(string hook, CancellationToken cancellationToken = default);

    /// <summary>All hooks that ever began, by name.</summary>
    Task<IReadOnlyList<HookState>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>The hook is done with all up to an event; <paramref name="dead"/>, if it gave up on that one, goes onto the list in the same transaction.</summary>
    /// <returns>False if it stands elsewhere: read again where.</returns>
    Task<bool> AdvanceAsync(string hook, long from, long to, DeadLetter? dead = null, CancellationToken cancellationToken = default);

    /// <summary>The next event failed and is tried again later.</summary>
    /// <returns>False if the hook stands elsewhere: read again where.</returns>
    Task<bool> PostponeAsync(string hook, long at, int attempt, DateTimeOffset dueAt, string problem, CancellationToken cancellationToken = default);

    /// <summary>Sends a hook back or on.</summary>
    /// <returns>Where it stands now; null if it never began.</returns>
    /// <exception cref="RenderRequestException">There is no such position yet.</exception>
    Task<HookState?> MoveAsync(string hook, long position, CancellationToken cancellationToken = default);

    /// <summary>Dead letters in the order of the ledger.</summary>
    /// <param name="hook">Only this hook's; null for all.</param>
    /// <param name="after">Only behind this position.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string? hook, long after, int limit, CancellationToken cancellationToken = default);

    /// <summary>The dead letters of one event, one a hook.</summary>
    Task<IReadOnlyList<DeadLetter>> FindDeadLettersAsync(Guid eventId, CancellationToken cancellationToken = default);

    /// <summary>How many dead letters each hook has; those without are left out.</summary>
    Task<IReadOnlyDictionary<string, long>> CountDeadLettersAsync(CancellationToken cancellationToken = default);

    /// <summary>A dead letter was tried again: it is off the list, or says why it is still on it.</summary>
    /// <param name="letter">The letter.</param>
    /// <param name="problem">Null if it arrived.</param>
    /// <param name="at">When it was tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task NoteRetryAsync(DeadLetter letter, string? problem, DateTimeOffset at, CancellationToken cancellationToken = default);
}
