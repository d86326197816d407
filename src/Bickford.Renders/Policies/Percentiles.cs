namespace Bickford.Renders.Policies;

/// <summary>Percentiles by nearest rank: always a time that was measured.</summary>
public static class Percentiles
{
    /// <summary>The least of the times that so many percent of them do not exceed.</summary>
    /// <param name="times">At least one.</param>
    /// <param name="percent">1 to 100.</param>
    public static TimeSpan Of(IReadOnlyCollection<TimeSpan> times, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfZero(times.Count);
        var rank = (int)Math.Ceiling(times.Count * percent / 100.0);
        return times.Order().ElementAt(Math.Max(rank, 1) - 1);
    }
}
