using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Bickford.Renders.Quartz;

/// <summary>Runs the step that its trigger names. One class per step, so that logs, metrics and dashboards read like the chain.</summary>
internal abstract class StepExecution(IStepRunner runner, QuartzEngine engine, ILogger logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var job = StepTriggers.JobOf(context.Trigger);
        // Other processes share the jobs: what the shutdown meets here goes to them, and not to the next start.
        if (context.JobDetail.RequestsRecovery)
            cancellationToken.ThrowIfCancellationRequested();
        using var place = engine.Nearby is { } nearby ? await nearby.EnterAsync(job, cancellationToken) : null;
        await RunAsync(runner, job, logger, cancellationToken);
    }

    /// <summary>Runs the step; what cannot be run is left to reconcile.</summary>
    internal static async Task RunAsync(IStepRunner runner, StepJob job, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await runner.RunAsync(job, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Shutdown. The row is open, so the next start hands it over.
        }
        catch (Exception e)
        {
            // The rows cannot be reached. Quartz must not try again by itself: reconcile does, once they can.
            logger.LogError("Step {Step} of render {RenderId} could not be run and is left to reconcile: {Problem}", job.Step, job.RenderId, OneLine.Of(e));
            logger.LogDebug(e, "Step {Step} of render {RenderId}", job.Step, job.RenderId);
        }
    }
}

internal sealed class CreateVideoJob(IStepRunner runner, QuartzEngine engine, ILogger<CreateVideoJob> logger) : StepExecution(runner, engine, logger);

internal sealed class PollVideoJob(IStepRunner runner, QuartzEngine engine, ILogger<PollVideoJob> logger) : StepExecution(runner, engine, logger);

internal sealed class DownloadVideoJob(IStepRunner runner, QuartzEngine engine, ILogger<DownloadVideoJob> logger) : StepExecution(runner, engine, logger);

internal sealed class UploadVideoJob(IStepRunner runner, QuartzEngine engine, ILogger<UploadVideoJob> logger) : StepExecution(runner, engine, logger);

internal sealed class RecordLedgerJob(IStepRunner runner, QuartzEngine engine, ILogger<RecordLedgerJob> logger) : StepExecution(runner, engine, logger);

/// <summary>Ends the wait of a step that was not due yet: now it competes with the others that are.</summary>
internal sealed class StepTimer(QuartzEngine engine, ILogger<StepTimer> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var job = StepTriggers.JobOf(context.Trigger);
        try
        {
            await engine.ReleaseAsync(job, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogWarning("Step {Step} of render {RenderId} is due but cannot be stored; reconcile hands it over: {Problem}", job.Step, job.RenderId, OneLine.Of(e));
        }
    }
}

internal static class OneLine
{
    public static string Of(Exception e) => $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
}
