namespace Bickford.Renders.Pacing;

/// <summary>A request to the provider was not sent: the provider asked to slow down, for longer than is worth holding a lease for. Nobody's fault, and no failed try.</summary>
/// <param name="after">When to come back.</param>
public sealed class RequestDeferredException(TimeSpan after)
    : Exception($"the next request to the provider has its turn in {after.TotalSeconds:0.###} s")
{
    /// <summary>When to come back.</summary>
    public TimeSpan After { get; } = after;
}
