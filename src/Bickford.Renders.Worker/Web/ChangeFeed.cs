using System.Runtime.CompilerServices;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Web;

/// <summary>Tells open pages that a render changed. However many listen, the database is asked once a second; while nobody listens, it is not asked at all.</summary>
internal sealed class ChangeFeed(IRenderViews views, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<ChangeFeed> logger)
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource _next = NewTurn();
    private long? _newest;
    private int _listeners;
    private CancellationTokenSource? _polling;

    /// <summary>The number of the newest change, and each that follows it; ends when the worker stops. Numbers in between may be left out.</summary>
    public async IAsyncEnumerable<long> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        Join();
        try
        {
            long? told = null;
            while (true)
            {
                Task turn;
                long? newest;
                lock (_gate)
                    (turn, newest) = (_next.Task, _newest);
                if (newest is { } number && newest != told)
                {
                    told = number;
                    yield return number;
                    continue;
                }

                await turn.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (either.IsCancellationRequested)
                    yield break;
            }
        }
        finally
        {
            Leave();
        }
    }

    private void Join()
    {
        lock (_gate)
        {
            if (_listeners++ > 0)
                return;
            _newest = null; // what was heard while somebody listened last may be long ago
            _polling = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
            _ = PollAsync(_polling);
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_listeners > 0)
                return;
            _polling?.Cancel();
            _polling = null;
        }
    }

    private async Task PollAsync(CancellationTokenSource polling)
    {
        try
        {
            using var timer = new PeriodicTimer(s_every, clock);
            do
                await LookAsync(polling);
            while (await timer.WaitForNextTickAsync(polling.Token));
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more, or the worker stops.
        }
        finally
        {
            lock (_gate)
            {
                if (_polling == polling)
                    _polling = null;
                polling.Dispose();
            }
        }
    }

    private async Task LookAsync(CancellationTokenSource polling)
    {
        try
        {
            var number = await views.LastChangeAsync(polling.Token);
            lock (_gate)
            {
                if (number == _newest || _polling != polling)
                    return;
                _newest = number;
                _next.SetResult();
                _next = NewTurn();
            }
        }
        catch (Exception e) when (!polling.IsCancellationRequested)
        {
            // Pages stay as they are until the database answers again.
            logger.LogDebug("The newest change cannot be read: {Error}", e.Message);
        }
    }

    private static TaskCompletionSource NewTurn() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
