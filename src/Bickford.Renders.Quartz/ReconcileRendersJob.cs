using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Makes up for whatever the engine forgot. The first run that succeeds hands over every open row, because an engine in memory starts
/// without any; the later ones hand over those that are overdue.
/// </summary>
internal sealed class ReconcileRendersJob(IReconciler reconciler, HandOver handOver, ILogger<ReconcileRendersJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (handOver.Done)
            {
                await reconciler.ReconcileAsync(cancellationToken);
                return;
            }
            var rows = await reconciler.HandOverAllAsync(cancellationToken);
            handOver.Done = true;
            logger.LogInformation("Took over {Count} open renders", rows);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Shutdown.
        }
        catch (Exception e)
        {
            // Whatever it was, the next run must come.
            logger.LogError("Reconcile failed and runs again soon: {Problem}", OneLine.Of(e));
            logger.LogDebug(e, "Reconcile");
        }
    }
}

/// <summary>Whether the open rows have been handed to this process's engine. Written by one job that never runs twice at once.</summary>
internal sealed class HandOver
{
    public volatile bool Done;
}
