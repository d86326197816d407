namespace Bickford.Renders.Tests.Data;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;

    /// <summary>Called after each move: for a database whose own clock is to go along.</summary>
    public Action<DateTimeOffset>? Moved { get; set; }

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        Moved?.Invoke(GetUtcNow());
    }
}
