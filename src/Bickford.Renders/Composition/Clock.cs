namespace Bickford.Renders;

/// <summary>Time as the rows and the ledger keep it.</summary>
internal static class ClockExtensions
{
    /// <summary>Now, UTC, cut to whole milliseconds: what every database keeps without loss.</summary>
    public static DateTimeOffset GetUtcNowMs(this TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        return new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
    }
}

/// <summary>Injected randomness for jitter; safe for many threads.</summary>
/// <param name="seed">Same seed, same sequence.</param>
public sealed class Jitter(int seed)
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    /// <summary>0 (inclusive) to 1 (exclusive).</summary>
    public double Next()
    {
        lock (_lock)
            return _random.NextDouble();
    }
}
