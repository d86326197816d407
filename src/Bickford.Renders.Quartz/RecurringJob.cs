using Microsoft.Extensions.Logging;
using Quartz;

namespace Bickford.Renders.Quartz;

/// <summary>A job that runs again and again. Whatever one run meets, the next must come.</summary>
/// <param name="name">What logs call it.</param>
/// <param name="logger">Told of failures.</param>
internal abstract class RecurringJob(string name, ILogger logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Shutdown.
        }
        catch (Exception e)
        {
            logger.LogError("{Name} failed and runs again soon: {Problem}", name, OneLine.Of(e));
            logger.LogDebug(e, "{Name}", name);
        }
    }

    protected abstract Task RunAsync(CancellationToken cancellationToken);
}
