namespace Bickford.Renders.Policies;

/// <summary>The arithmetic of waiting: pure functions of a count and a random number.</summary>
public static class Backoff
{
    /// <summary>The longest wish of a server that is honoured: 1 day. Without a bound, a nonsensical one would put the due time beyond the calendar.</summary>
    public static readonly TimeSpan LongestHint = TimeSpan.FromDays(1);

    /// <summary>The interval, or the server's lower bound where that is longer, up to <see cref="LongestHint"/>.</summary>
    public static TimeSpan NotBefore(TimeSpan? hint, TimeSpan interval) => Bounded(hint) is { } least && least > interval ? least : interval;

    /// <summary>Time to the next try of a failed step: exponential with factor 2; between half and all of it, so that many do not come back at once.</summary>
    /// <param name="attempt">Failed tries in a row before this one, from 0.</param>
    /// <param name="options">First, longest.</param>
    /// <param name="least">The server's lower bound, or null.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan NextTry(int attempt, RetryOptions options, TimeSpan? least, double random)
    {
        var interval = Grow(options.First, 2, attempt, options.Max) * (0.5 + 0.5 * random);
        // The server's bound is spread upwards only: coming early would be coming in vain.
        return Bounded(least) is { } bound && bound > interval ? bound + interval * 0.5 * random : interval;
    }

    private static TimeSpan? Bounded(TimeSpan? hint) => hint > LongestHint ? LongestHint : hint;

    /// <summary>Exponential growth with a bound.</summary>
    internal static TimeSpan Grow(TimeSpan first, double factor, int times, TimeSpan max)
    {
        var ticks = first.Ticks * Math.Pow(factor, Math.Min(times, 1000));
        return ticks < max.Ticks ? TimeSpan.FromTicks((long)ticks) : max;
    }
}
