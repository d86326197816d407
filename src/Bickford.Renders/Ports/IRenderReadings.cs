namespace Bickford.Renders.Ports;

/// <summary>Renders that are open, due, and worked on by nobody.</summary>
/// <param name="Step">At this step.</param>
/// <param name="Renders">How many.</param>
/// <param name="DueSince">When the first of them was due.</param>
public sealed record OverdueRenders(RenderStep Step, long Renders, DateTimeOffset DueSince);

/// <summary>Renders that stopped and wait for a person.</summary>
/// <param name="Status">Failed or Parked.</param>
/// <param name="Cause">Why.</param>
/// <param name="Renders">How many.</param>
public sealed record StoppedRenders(RenderStatus Status, RenderCause Cause, long Renders);

/// <summary>How everything stands, for an operator's charts and alerts.</summary>
/// <param name="Open">Open renders by status; Queued, Rendering and Storing are always there.</param>
/// <param name="InFlight">Renders that the provider works on, or may (<see cref="RenderInFlight.IsInFlight"/>).</param>
/// <param name="Overdue">What is due and worked on by nobody, by step.</param>
/// <param name="ExpiringUnsaved">Videos that the provider has finished, that are not stored, and that it will soon delete; those of stopped renders too, as long as a person can still act.</param>
/// <param name="Stopped">What waits for a person.</param>
/// <param name="LedgerPosition">Position of the newest ledger event; 0 for none.</param>
/// <param name="Unsealed">Events behind the newest seal, counted up to 100,000.</param>
/// <param name="UnsealedSince">When the first of them happened.</param>
public sealed record RenderReading(
    IReadOnlyDictionary<RenderStatus, long> Open,
    long InFlight,
    IReadOnlyList<OverdueRenders> Overdue,
    long ExpiringUnsaved,
    IReadOnlyList<StoppedRenders> Stopped,
    long LedgerPosition,
    long Unsealed,
    DateTimeOffset? UnsealedSince);

/// <summary>Reads how everything stands, in one statement that is quick at a million rows.</summary>
public interface IRenderReadings
{
    /// <summary>Reads it.</summary>
    /// <param name="dueBefore">Due at or before this time is overdue.</param>
    /// <param name="expiresBefore">At or before this time is soon. Providers that do not say keep a video for <see cref="StepJob.UsualLifetime"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<RenderReading> ReadAsync(DateTimeOffset dueBefore, DateTimeOffset expiresBefore, CancellationToken cancellationToken = default);
}
