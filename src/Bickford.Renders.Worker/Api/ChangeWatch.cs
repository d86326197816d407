using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Api;

/// <summary>Tells all who listen in this process that something changed, and asks the database for them only once; not at all while nobody listens.</summary>
/// <param name="views">Asked for the newest change.</param>
/// <param name="clock">The clock of the looks.</param>
/// <param name="logger">Told, quietly, when the database cannot be asked.</param>
internal sealed class ChangeWatch(IRenderViews views, TimeProvider clock, ILogger<ChangeWatch> logger) : IDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private TaskCompletionSource _next = New();
    private long? _newest;
    private CancellationTokenSource? _looking;
    private int _listeners;

    /// <summary>Ends with the next change. Take it before you look, so that no change falls between.</summary>
    public Task Next
    {
        get
        {
            lock (_lock)
                return _next.Task;
        }
    }

    /// <summary>Number of the newest change that was seen, as <see cref="IRenderViews.LastChangeAsync"/> says it; null before the first look.</summary>
    public long? Newest
    {
        get
        {
            lock (_lock)
                return _newest;
        }
    }

    /// <summary>Listens until the result is disposed.</summary>
    public IDisposable Listen()
    {
        CancellationToken? first = null;
        lock (_lock)
        {
            // What was seen while somebody listened last may be long ago.
            if (_listeners++ == 0)
                (first, _newest) = ((_looking = new CancellationTokenSource()).Token, null);
        }

        if (first is { } token)
            _ = LookAsync(token);
        return new Listener(this);
    }

    /// <summary>Looks no more.</summary>
    public void Dispose() => End(all: true);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        // The first look tells, too: something may have changed before it.
        long? seen = null;
        using var turn = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                if (await LastAsync(cancellationToken) is { } last && last != seen)
                {
                    seen = last;
                    Tell(last);
                }
            }
            while (await turn.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private async Task<long?> LastAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await views.LastChangeAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogDebug("The newest change is not known: {Error}", e.Message);
            return null;
        }
    }

    private void Tell(long newest)
    {
        TaskCompletionSource told;
        lock (_lock)
            (told, _next, _newest) = (_next, New(), newest);
        told.SetResult();
    }

    private void End(bool all)
    {
        CancellationTokenSource? ended = null;
        lock (_lock)
        {
            _listeners = all ? 0 : Math.Max(0, _listeners - 1);
            if (_listeners == 0)
                (ended, _looking) = (_looking, null);
        }

        ended?.Cancel();
        ended?.Dispose();
    }

    private sealed class Listener(ChangeWatch watch) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                watch.End(all: false);
        }
    }
}
