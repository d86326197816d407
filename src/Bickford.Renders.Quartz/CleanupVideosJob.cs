using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Quartz;

/// <summary>Deletes what is not needed any more, and Quartz's own left-overs. Every process asks; a lease lets one at a time do it.</summary>
internal sealed class CleanupVideosJob(ILogger<CleanupVideosJob> logger, ICleanup? cleanup = null, ClusteredStore? shared = null) : RecurringJob("Clean-up", logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (shared is not null)
            await shared.ForgetGivenUpAsync(cancellationToken);
        if (cleanup is not null)
            await cleanup.RunIfDueAsync(cancellationToken);
    }
}
