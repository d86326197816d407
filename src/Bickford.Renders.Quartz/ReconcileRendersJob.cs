using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Makes up for whatever the engine forgot. The first run that succeeds hands over every open row, because an engine in memory starts
/// without any; the later ones hand over those that are overdue.
/// </summary>
internal sealed class ReconcileRendersJob(IReconciler reconciler, HandOver handOver, ILogger<ReconcileRendersJob> logger) : RecurringJob("Reconcile", logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
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
}

/// <summary>Whether the open rows have been handed to this process's engine. Written by one job that never runs twice at once.</summary>
internal sealed class HandOver
{
    public volatile bool Done;
}
