namespace Bickford.Renders.Pacing;

/// <summary>
/// The line of this process's requests before the gate that all processes share: a few at a time go through it, of those who wait the lowest rank first, and in each rank
/// whoever came first. Whoever leaves lets the next one in before he returns.
/// </summary>
/// <param name="places">How many go through at a time.</param>
internal sealed class RequestLine(int places)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource, (int Rank, long Arrival)> _waiting = new();
    private int _free = places;
    private long _arrivals;

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Waits for a place; disposed, it is another's.</summary>
    public async Task<IDisposable> EnterAsync(int rank, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            if (_free > 0)
                _free--;
            else
                _waiting.Enqueue(turn = new TaskCompletionSource(), (rank, _arrivals++));
        }

        if (turn is not null)
        {
            await using var given = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
            await turn.Task;
        }

        return new Place(this);
    }

    private void Leave()
    {
        while (true)
        {
            TaskCompletionSource? next;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out next, out _))
                {
                    _free++;
                    return;
                }
            }

            // Not if he has given up: then the one behind him.
            if (next.TrySetResult())
                return;
        }
    }

    private sealed class Place(RequestLine line) : IDisposable
    {
        public void Dispose() => line.Leave();
    }
}
