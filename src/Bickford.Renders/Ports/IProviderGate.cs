namespace Bickford.Renders.Ports;

/// <summary>The answer to a request for a slot.</summary>
/// <param name="Granted">True: the slot is the caller's, and nobody else's.</param>
/// <param name="Wait">How long until the slot, or, refused, until the next one that nobody has; zero is at once.</param>
public sealed record RequestSlot(bool Granted, TimeSpan Wait);

/// <summary>What the gate says about the newest pause.</summary>
/// <param name="Left">Nobody sends before this is over; zero when there is no pause.</param>
/// <param name="SlowLeft">When the slow start after the pause is over; zero when there is none.</param>
public readonly record struct ProviderPause(TimeSpan Left, TimeSpan SlowLeft);

/// <summary>What all processes share about the provider, by one clock: the database's.</summary>
public interface IProviderGate
{
    /// <summary>
    /// Reserves the next slot for a request, if it is near. Slots have the same distance (GCRA without a burst) and are 2 % rarer than the limit, so that no sliding minute
    /// holds more requests than that, also when some go out up to a second after their slot. A pause moves the slots behind its end, and those that follow it are
    /// farther apart (<see cref="Pacing.SlowStart"/>).
    /// </summary>
    /// <param name="requestsPerMinute">The limit; 0, without one: there are slots in a slow start only, and at all other times the answer is "at once".</param>
    /// <param name="longest">The longest wait that suits the caller; if the next slot is later, none is taken.</param>
    /// <param name="cancellationToken">Gives up; a slot that was taken is lost then.</param>
    Task<RequestSlot> ReserveAsync(int requestsPerMinute, TimeSpan longest, CancellationToken cancellationToken = default);

    /// <summary>Nobody sends before this time is over, and then slowly at first. A longer pause stays as it is; a slow start that goes on does not end sooner.</summary>
    Task PauseAsync(TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>What is left of the pause and of the slow start after it.</summary>
    Task<ProviderPause> PauseLeftAsync(CancellationToken cancellationToken = default);

    /// <summary>Counts the renders that the provider works on, or may (<see cref="RenderInFlight.IsInFlight"/>).</summary>
    /// <param name="except">Not counted; null counts all.</param>
    /// <param name="most">Counts no further.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<int> CountInFlightAsync(Guid? except, int most, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts the creates that wait for room and go before this one: of a higher priority, or of the same and an earlier turn, or of the same and older. Also those that
    /// somebody is at.
    /// </summary>
    /// <param name="id">The render that may not have begun to wait.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="turn">Its turn.</param>
    /// <param name="most">Counts no further.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<int> CountWaitingBeforeAsync(Guid id, int priority, long turn, int most, CancellationToken cancellationToken = default);

    /// <summary>
    /// The first so many of the creates that wait for room, highest priority first, then by turn, then oldest; of those the ones that nobody holds a live lease on. Each is due since it was
    /// enqueued, so that an engine keeps their order.
    /// </summary>
    Task<IReadOnlyList<StepJob>> ListWaitingForRoomAsync(int limit, CancellationToken cancellationToken = default);
}

/// <summary>Which renders count for <see cref="RenderOptions.MaxInFlight"/>.</summary>
public static class RenderInFlight
{
    /// <summary>
    /// A create was begun and not refused, and the provider's work is not known to be over. A render that stopped here (cancelled, parked, past its deadline) does not
    /// count any more, even where the provider goes on with it.
    /// </summary>
    public static bool IsInFlight(this Render render) =>
        render is { CreateStartedAt: not null, Status: RenderStatus.Queued or RenderStatus.Rendering };
}
