namespace Bickford.Renders.Pacing;

/// <summary>The arithmetic of slots for requests.</summary>
public static class RequestSlots
{
    // A request goes out some time after its slot. Were the slots as frequent as the limit, two that are late and early would crowd a minute; so a
    // minute's worth of slots takes 61.2 seconds.
    private const long Minute = 61_200_000;

    /// <summary>Microseconds from one slot to the next.</summary>
    /// <param name="requestsPerMinute">The limit, at least 1.</param>
    public static long Distance(int requestsPerMinute) => (Minute + requestsPerMinute - 1) / requestsPerMinute;
}
