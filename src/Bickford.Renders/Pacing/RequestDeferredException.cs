namespace Bickford.Renders.Pacing;

/// <summary>A request to the provider was not sent: its turn comes later than is worth holding a worker for. Nobody's fault, and no failed try.</summary>
/// <param name="after">When to come back.</param>
/// <param name="ownTurn">True when nobody else was told the same time.</param>
public sealed class RequestDeferredException(TimeSpan after, bool ownTurn)
    : Exception($"the next request to the provider has its turn in {after.TotalSeconds:0.###} s")
{
    /// <summary>When to come back.</summary>
    public TimeSpan After { get; } = after;

    /// <summary>Nobody else was told the same time; else the time is to be spread.</summary>
    public bool OwnTurn { get; } = ownTurn;
}
