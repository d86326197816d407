using Bickford.Renders.Ports;
using Hangfire;
using Hangfire.Common;
using Hangfire.Server;

namespace Bickford.Renders.Hangfire;

/// <summary>
/// A job that runs one step of one render. One class per step, so that Hangfire's dashboard reads like the chain.
/// <para>
/// What goes wrong in a step is in the row, with its own retries: Hangfire does not try that again. Only when the rows themselves cannot be reached does it, in
/// growing intervals; reconcile is the guarantee behind it.
/// </para>
/// </summary>
/// <param name="execution">Does the work.</param>
/// <param name="step">Which.</param>
[AutomaticRetry(Attempts = 8, DelaysInSeconds = new[] { 1, 2, 5, 10, 20, 30, 60, 120 }, LogEvents = false, ExceptOn = new[] { typeof(RenderStoppedException) })]
[KeepJobs]
[ShowCause]
public abstract class StepVideoJob(StepExecution execution, RenderStep step)
{
    /// <summary>Runs the step, if the row still asks for it.</summary>
    /// <param name="renderId">The render.</param>
    /// <param name="version">The row's version this run belongs to.</param>
    /// <param name="dueAt">When it was due.</param>
    /// <param name="priority">The render's priority.</param>
    /// <param name="context">Given by Hangfire.</param>
    /// <param name="cancellationToken">Given by Hangfire: shutdown, or the job was deleted.</param>
    /// <returns>What became of it, for the dashboard.</returns>
    /// <exception cref="RenderStoppedException">The render failed or was parked.</exception>
    [StepDisplayName]
    public Task<string> RunAsync(Guid renderId, long version, DateTimeOffset dueAt, int priority, PerformContext? context, CancellationToken cancellationToken) =>
        execution.RunAsync(new StepJob(renderId, step, version, dueAt, priority), context!, cancellationToken);
}

/// <summary>Makes the render at the provider.</summary>
[Queue(Queues.Creates)]
public sealed class CreateVideoJob(StepExecution execution) : StepVideoJob(execution, RenderStep.Create);

/// <summary>Looks at the render's status.</summary>
[Queue(Queues.Api)]
public sealed class PollVideoJob(StepExecution execution) : StepVideoJob(execution, RenderStep.Poll);

/// <summary>Brings the files home.</summary>
[Queue(Queues.Transfers)]
public sealed class DownloadVideoJob(StepExecution execution) : StepVideoJob(execution, RenderStep.Download);

/// <summary>Puts the files into the video store.</summary>
[Queue(Queues.Transfers)]
public sealed class UploadVideoJob(StepExecution execution) : StepVideoJob(execution, RenderStep.Upload);

/// <summary>Closes the render on the ledger.</summary>
[Queue(Queues.Api)]
public sealed class RecordLedgerJob(StepExecution execution) : StepVideoJob(execution, RenderStep.Record);

/// <summary>How a <see cref="StepJob"/> looks in Hangfire.</summary>
internal static class StepJobs
{
    public static Job For(StepJob job) => job.Step switch
    {
        RenderStep.Create => Of<CreateVideoJob>(job),
        RenderStep.Poll => Of<PollVideoJob>(job),
        RenderStep.Download => Of<DownloadVideoJob>(job),
        RenderStep.Upload => Of<UploadVideoJob>(job),
        RenderStep.Record => Of<RecordLedgerJob>(job),
        _ => throw new ArgumentOutOfRangeException(nameof(job), job.Step, "no such step"),
    };

    /// <summary>The render of a job, or null when it is no job of ours.</summary>
    public static Guid? RenderOf(Job? job) => job?.Type.IsAssignableTo(typeof(StepVideoJob)) == true && job.Args is [Guid id, ..] ? id : null;

    private static Job Of<TJob>(StepJob job)
        where TJob : StepVideoJob =>
        Job.FromExpression<TJob>(step => step.RunAsync(job.RenderId, job.Version, job.DueAt, job.Priority, null, CancellationToken.None));
}
