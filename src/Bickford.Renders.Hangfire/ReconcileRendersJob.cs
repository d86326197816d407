using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Hangfire;

/// <summary>Hands overdue renders over again: the guarantee behind jobs that were lost or deleted.</summary>
public sealed class ReconcileRendersJob(IReconciler reconciler, Turns turns, ILogger<ReconcileRendersJob> logger) : RecurringJob(turns, logger)
{
    /// <inheritdoc/>
    protected override Task WorkAsync(CancellationToken cancellationToken) => reconciler.ReconcileAsync(cancellationToken);
}
