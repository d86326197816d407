namespace Bickford.Renders.Simulation.Time;

/// <summary>
/// Makes the process's thread pool take turns with the simulation's thread, so that work that libraries hand to the pool (a cancelled delay, a
/// circuit breaker's notes, a file read) is done at one place in the order it was asked for, and never beside anything else. The pool gets one thread, which is
/// held except while the simulation waits for it to have done everything.
/// </summary>
#pragma warning disable CA1001 // It stays as long as the process.
internal sealed class ThreadPoolTurns : IThreadPoolWorkItem
#pragma warning restore CA1001
{
    private static readonly Lazy<ThreadPoolTurns> Instance = new(static () => new ThreadPoolTurns());

    private readonly AutoResetEvent _go = new(false);
    private readonly AutoResetEvent _held = new(false);

    private ThreadPoolTurns()
    {
        if (!ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(1, 1))
            throw new InvalidOperationException("the thread pool of this process cannot be brought down to one thread");
        Hold();
    }

    /// <summary>Begins to take turns, for the rest of the process: nothing else may need the pool any more.</summary>
    public static ThreadPoolTurns Begin() => Instance.Value;

    /// <summary>Lets the pool do all that it was given, and what that leads to.</summary>
    public void Take()
    {
        if (ThreadPool.PendingWorkItemCount == 0)
            return;
        // Behind what waits already.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _go.Set();
        _held.WaitOne();
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (ThreadPool.PendingWorkItemCount > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        _held.Set();
        _go.WaitOne();
    }

    private void Hold()
    {
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _held.WaitOne();
    }
}
