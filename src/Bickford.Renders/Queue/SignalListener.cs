using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Queue;

/// <summary>Hands new rows to this process's engine as soon as the database signals them. Listens again, with growing pauses, when the database is lost.</summary>
internal sealed class SignalListener(
    IEnumerable<IRenderSignal> signals,
    IRenderStore store,
    IJobScheduler scheduler,
    TimeProvider clock,
    Jitter jitter,
    ILogger<SignalListener> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly RetryOptions Pauses = new() { First = TimeSpan.FromSeconds(0.2), Max = TimeSpan.FromSeconds(10) };

    // A process without an engine has nobody to tell.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        scheduler is NoEngine ? Task.CompletedTask : Task.WhenAll(signals.Select(signal => ListenAsync(signal, stoppingToken)));

    private async Task ListenAsync(IRenderSignal signal, CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await signal.ListenAsync(
                    async ids =>
                    {
                        await HandOverAsync(ids, stopping);
                        failures = 0;
                    },
                    stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: without the signal, reconcile finds the rows a few seconds later.
                logger.LogWarning("New renders are not signalled until the database is back; reconcile finds them: {Error}", e.Message);
                await Task.Delay(Backoff.NextTry(failures++, Pauses, null, jitter.Next()), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandOverAsync(IReadOnlyCollection<Guid> ids, CancellationToken token)
    {
        if (ids.Count == 0)
        {
            await scheduler.ScheduleAsync(await store.ListOverdueAsync(clock.GetUtcNow(), Batch, null, token), token);
            return;
        }

        var jobs = new List<StepJob>(ids.Count);
        foreach (var id in ids)
        {
            // The row says what is to be done, and whether it still is.
            if (await store.GetAsync(id, token) is { } row && StepJob.For(row) is { } job)
                jobs.Add(job);
        }

        await scheduler.ScheduleAsync(jobs, token);
    }
}
