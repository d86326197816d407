using System.Globalization;
using Bickford.Renders.Ports;
using Hangfire;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage.Monitoring;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Hangfire;

/// <summary>
/// What every step's job does: let the core run the step, and show in Hangfire's terms what became of the render.
/// <para>
/// A render that failed or was parked leaves its job in Failed. Whoever requeues that job resumes the render. A job may also come back by itself, because its
/// process died: that must resume nothing. The two are told apart by what Hangfire wrote down, namely a Failed state of this very job, and by the row's version
/// at the time, which no longer fits once the render has gone on.
/// </para>
/// </summary>
public sealed class StepExecution
{
    private const string StopParameter = "Stop";
    private const string Actor = "Hangfire dashboard";
    private readonly IStepRunner _runner;
    private readonly IRenderStore _store;
    private readonly IRenders _renders;
    private readonly JobClaims _claims;
    private readonly ILogger<StepExecution> _logger;

    internal StepExecution(IStepRunner runner, IRenderStore store, IRenders renders, JobClaims claims, ILogger<StepExecution> logger) =>
        (_runner, _store, _renders, _claims, _logger) = (runner, store, renders, claims, logger);

    internal async Task<string> RunAsync(StepJob job, PerformContext context, CancellationToken cancellationToken)
    {
        // What the shutdown meets here goes to another process: Hangfire requeues it.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _claims.BeginAsync(HangfireEngine.NameOf(job), CancellationToken.None);
            var row = await _runner.RunAsync(job, cancellationToken) ?? await SkippedAsync(job, context, cancellationToken);
            return row is null ? "nothing to do: the render has gone on" : Outcome(row, context);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return "handed back";
        }
        catch (Exception e) when (e is not RenderStoppedException)
        {
            _logger.LogError("Step {Step} of render {RenderId} could not be run, Hangfire tries again: {Problem}", job.Step, job.RenderId, $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            throw;
        }
    }

    private static string Outcome(Render row, PerformContext context)
    {
        if (row.Status is not (RenderStatus.Failed or RenderStatus.Parked))
            return row.Status.IsOpen() && row.DueAt is { } due ? string.Create(CultureInfo.InvariantCulture, $"next: {row.Step}, not before {due:yyyy-MM-dd HH:mm:ss} UTC") : row.Status.ToString();
        context.SetJobParameter(StopParameter, new Stop(row.Version, TimesInFailed(context)));
        throw new RenderStoppedException(row);
    }

    /// <summary>The row did not ask for this run. Returns the stopped row that this job stands for, or the one that it made go on; null when there is nothing to do.</summary>
    private async Task<Render?> SkippedAsync(StepJob job, PerformContext context, CancellationToken cancellationToken)
    {
        var row = await _store.GetAsync(job.RenderId, CancellationToken.None);
        if (row is not { Status: RenderStatus.Failed or RenderStatus.Parked } || row.Version <= job.Version)
            return null;
        if (context.GetJobParameter<Stop?>(StopParameter) is not { } stop)
            // A process died after this job's step had stopped the render, and before Hangfire heard of it.
            return row.Step == job.Step && History(context).Count(state => state.StateName == ProcessingState.StateName) > 1 ? row : null;
        if (stop.Version != row.Version)
            return null;
        // It was in Failed since the render stopped, and nothing but a person brings it back from there.
        return TimesInFailed(context) > stop.TimesInFailed ? await ResumeAsync(row, cancellationToken) : row;
    }

    private async Task<Render?> ResumeAsync(Render stopped, CancellationToken cancellationToken)
    {
        Render resumed;
        try
        {
            resumed = await _renders.ResumeAsync(stopped.Id, Actor, CancellationToken.None);
        }
        catch (RenderConflictException e)
        {
            // Nothing that resuming could change: it stays where it is, and the job says why.
            return stopped with { Message = $"{stopped.Message} ({e.Message})" };
        }

        _logger.LogInformation("{Render} resumed from Hangfire's dashboard", resumed.ShortId);
        return StepJob.For(resumed) is { } job ? await _runner.RunAsync(job, cancellationToken) ?? resumed : resumed;
    }

    private static int TimesInFailed(PerformContext context) => History(context).Count(state =>
        state.StateName == FailedState.StateName && state.Data.TryGetValue("ExceptionType", out var type) && type == typeof(RenderStoppedException).FullName);

    private static IList<StateHistoryDto> History(PerformContext context) => context.Storage.GetMonitoringApi().JobDetails(context.BackgroundJob.Id)?.History ?? [];

    /// <summary>Where the render stood when this job's step stopped it, and how often the job had been in Failed for that before.</summary>
    private sealed record Stop(long Version, int TimesInFailed);
}
