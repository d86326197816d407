using System.Threading.Channels;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Runs creates without a trip through the tables that all processes share. A create has its place in an order among all processes, and the rows know it: a free worker takes the one that goes first,
/// whichever process was told of it. A job is a hint that there is something to take; should nothing be due, it is run itself, and so is one whose row waited for something. Without
/// any hint the rows are asked once a second, for those that other processes were told of and cannot run.
/// </summary>
/// <param name="workers">Creates at once.</param>
/// <param name="runner">Runs them.</param>
/// <param name="clock">Measures the second.</param>
/// <param name="logger">Told of failures.</param>
internal sealed class NearbyCreates(int workers, Func<IStepRunner> runner, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>How often the rows are asked without a hint.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // More need not be remembered: whoever has taken one looks for another.
    private const int MostHints = 1_000;

    private readonly Channel<StepJob?> _hints = Channel.CreateBounded<StepJob?>(new BoundedChannelOptions(MostHints) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _idle;

    /// <summary>There is a create to run.</summary>
    public void Hint(StepJob job) => _hints.Writer.TryWrite(job);

    /// <summary>From now on creates run.</summary>
    public void Start() => _running = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync)).Append(Task.Run(AskAsync)));

    /// <summary>Tells all running creates, and waits for them. What is hinted at is left to the rows.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WorkAsync()
    {
        while (await NextAsync() is (true, var hint))
        {
            try
            {
                var isDone = hint is not { IsWoken: true } && await runner().RunNextCreateAsync(LookForMore, _stopping.Token);
                if (!isDone && hint is not null && !_stopping.IsCancellationRequested)
                    await StepExecution.RunAsync(runner(), hint, logger, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // Shutdown. The row is open, so others find it.
            }
            catch (Exception e)
            {
                // The rows cannot be reached: they are asked again.
                logger.LogError("No create could be taken, and the rows are asked again soon: {Problem}", OneLine.Of(e));
                logger.LogDebug(e, "Creates");
            }
        }
    }

    // There may be one, or another one, which no hint is left for.
    private void LookForMore()
    {
        if (_hints.Reader.Count == 0)
            _hints.Writer.TryWrite(null);
    }

    private async Task<(bool GoesOn, StepJob? Hint)> NextAsync()
    {
        Interlocked.Increment(ref _idle);
        try
        {
            return (true, await _hints.Reader.ReadAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            return (false, null);
        }
        finally
        {
            Interlocked.Decrement(ref _idle);
        }
    }

    private async Task AskAsync()
    {
        _hints.Writer.TryWrite(null);
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(Every, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Volatile.Read(ref _idle) > 0)
                LookForMore();
        }
    }
}
