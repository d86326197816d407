using Bickford.Renders.Simulation.Workers;

namespace Bickford.Renders.Simulation.Time;

/// <summary>
/// Virtual time: a queue of what is going to happen. Time moves only when nothing else can run, to the next thing in the queue; what
/// is due at the same instant comes in an order that the seed draws. A task that is completed by something that happens runs its continuations before the next thing does: on the
/// same thread, or on the thread pool's only one while this one waits.
/// </summary>
internal sealed class Clockwork(Dice dice)
{
    // Noon: a world and its clocks, wrong as they may be, are of one day, so that what is spent in it is.
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Happening, (long Ticks, ulong Draw)> _queue = new();
    private readonly ThreadPoolTurns _pool = ThreadPoolTurns.Begin();

    public DateTimeOffset Now { get; private set; } = Start;

    public TimeSpan Elapsed => Now - Start;

    /// <summary>How many things have happened.</summary>
    public long Count { get; private set; }

    public Happening In(TimeSpan after, Life? life, Action act)
    {
        var happening = new Happening(life, act);
        _queue.Enqueue(happening, (Now.Ticks + Math.Max(0, after.Ticks), dice.Next()));
        return happening;
    }

    /// <summary>Lets the next thing happen; false when there is none.</summary>
    public bool Next()
    {
        _pool.Take();
        while (_queue.TryDequeue(out var next, out var when))
        {
            if (next.IsOff || next.Life is { IsDead: true })
                continue;
            if (next.Life is { } life && life.FrozenUntil.Ticks > when.Ticks)
            {
                _queue.Enqueue(next, (life.FrozenUntil.Ticks, when.Draw));
                continue;
            }

            Now = new DateTimeOffset(Math.Max(Now.Ticks, when.Ticks), TimeSpan.Zero);
            Count++;
            next.Act();
            return true;
        }

        return false;
    }
}
