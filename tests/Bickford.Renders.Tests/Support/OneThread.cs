using System.Collections.Concurrent;

namespace Bickford.Renders.Tests.Support;

/// <summary>Everything that is awaited goes on in the thread of the test, when the test lets it: so what many do at once has an order.</summary>
internal sealed class OneThread : SynchronizationContext
{
    // What is cancelled goes through the thread pool, which on a small machine other tests may keep busy for long: this is for what never comes.
    private const int LongestMs = 120_000;

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _waiting = new();

    public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

    /// <summary>Runs a test here.</summary>
    public static void Run(Action<OneThread> test)
    {
        var before = Current;
        var thread = new OneThread();
        SetSynchronizationContext(thread);
        try
        {
            test(thread);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Lets all go on until this holds, or fails when that takes too long.</summary>
    public void Until(Func<bool> condition)
    {
        var giveUp = Environment.TickCount64 + LongestMs;
        while (true)
        {
            while (_waiting.TryDequeue(out var next))
                next.Callback(next.State);
            if (condition())
                return;
            Environment.TickCount64.ShouldBeLessThan(giveUp, "nothing goes on");
            Thread.Yield();
        }
    }

    /// <summary>The result of something that needs no time to pass.</summary>
    public T Now<T>(Task<T> task)
    {
        Until(() => task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }
}
