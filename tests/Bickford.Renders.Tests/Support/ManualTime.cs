namespace Bickford.Renders.Tests.Support;

/// <summary>Time that stands still until a test moves it; timers fire on the way.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many wait for their time.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _timers.Count;
        }
    }

    /// <summary>The next moment that somebody waits for.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_lock)
                return _timers.Count == 0 ? null : _timers.Min(timer => timer.Due);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    public void AdvanceTo(DateTimeOffset to)
    {
        while (true)
        {
            Timer? next;
            lock (_lock)
            {
                next = _timers.Where(t => t.Due <= to).MinBy(t => t.Due);
                if (next is null)
                {
                    _now = to > _now ? to : _now;
                    return;
                }

                _timers.Remove(next);
                _now = next.Due > _now ? next.Due : _now;
            }

            next.Fire();
        }
    }

    /// <summary>Moves to the end of the next pause that was asked to be no longer than <paramref name="longest"/>; false when nothing pauses so.</summary>
    public bool AdvanceOverPause(TimeSpan longest)
    {
        DateTimeOffset to;
        lock (_lock)
        {
            if (_timers.Where(t => t.Asked <= longest).MinBy(t => t.Due) is not { } next)
                return false;
            to = next.Due;
        }

        AdvanceTo(to);
        return true;
    }

    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public TimeSpan Asked { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Asked = dueTime;
                Due = time._now + dueTime;
                time._timers.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
