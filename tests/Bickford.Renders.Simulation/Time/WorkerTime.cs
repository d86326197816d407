using Bickford.Renders.Simulation.Workers;

namespace Bickford.Renders.Simulation.Time;

/// <summary>The clock of one process: as wrong as its machine's, while its monotonic clock runs right. Its timers end with the process.</summary>
internal sealed class WorkerTime(Clockwork clock, Life life) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => clock.Now + life.Worker.Skew;

    public override long GetTimestamp() => clock.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(clock, life, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Clockwork clock, Life life, Action callback) : ITimer
    {
        private Happening? _next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.Cancel();
            _next = dueTime == Timeout.InfiniteTimeSpan ? null : clock.In(dueTime, life, () => Fire(period));
            return true;
        }

        public void Dispose() => _next?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(TimeSpan period)
        {
            if (period > TimeSpan.Zero)
                _next = clock.In(period, life, () => Fire(period));
            callback();
        }
    }
}

/// <summary>The database server's clock: right, and by it leases go.</summary>
internal sealed class StoreTime(Clockwork clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => clock.Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => clock.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("SQLite never makes its caller wait.");
}
