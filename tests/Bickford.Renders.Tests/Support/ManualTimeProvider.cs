namespace Bickford.Renders.Tests.Support;

/// <summary>A clock that stands until a test moves it; moving it fires the timers that fall due, in order.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now;

    public ManualTimeProvider(DateTimeOffset? start = null) => _now = start ?? new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait for their time.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
                return _timers.Count(timer => timer.DueAt is not null);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock; callbacks run on this thread, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (TakeDue(end) is { } callback)
            callback();
        lock (_lock)
            _now = end;
    }

    /// <summary>Waits until a timer is pending that falls due in a time like this.</summary>
    /// <returns>In how long it falls due.</returns>
    public async Task<TimeSpan> WaitForTimerAsync(Func<TimeSpan, bool> dueIn, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                foreach (var timer in _timers)
                {
                    if (timer.DueAt is { } at && dueIn(at - _now))
                        return at - _now;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(Deadline, cancellationToken);
        }
    }

    private Action? TakeDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(t => t.DueAt <= end).MinBy(static t => t.DueAt);
            if (next is null)
                return null;
            _now = next.DueAt > _now ? next.DueAt.Value : _now;
            next.DueAt = next.Period > TimeSpan.Zero ? _now + next.Period : null;
            return next.Callback;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, Action callback) : ITimer
    {
        public Action Callback => callback;

        public DateTimeOffset? DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            TaskCompletionSource changed;
            lock (owner._lock)
            {
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : owner._now + dueTime;
                Period = period;
                if (!owner._timers.Contains(this))
                    owner._timers.Add(this);
                changed = owner._changed;
                owner._changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
            if (dueTime == TimeSpan.Zero)
                owner.Advance(TimeSpan.Zero);
            return true;
        }

        public void Dispose()
        {
            lock (owner._lock)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
