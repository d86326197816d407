using Bickford.Renders.Ports;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage.Monitoring;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Hangfire;

/// <summary>Hands overdue renders over again: the guarantee behind jobs that were lost or deleted.</summary>
[Queue(Queues.Maintenance)]
[AutomaticRetry(Attempts = 0, LogEvents = false, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
[KeepJobs]
public sealed class ReconcileRendersJob(IReconciler reconciler, OneAtATime gate, ILogger<ReconcileRendersJob> logger)
{
    /// <summary>Runs it.</summary>
    [JobDisplayName("Reconcile renders")]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var turn = gate.TryEnter();
        if (turn is null)
            return;
        try
        {
            await reconciler.ReconcileAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError("Reconcile failed and runs again soon: {Problem}", $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            throw;
        }
    }
}

/// <summary>Clears what lies about: unfinished uploads in the video store, failed jobs of renders that have gone on since, and old engine rows.</summary>
[Queue(Queues.Maintenance)]
[AutomaticRetry(Attempts = 0, LogEvents = false, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
[KeepJobs]
public sealed class CleanupVideosJob
{
    private const int Page = 500;
    private const int MostFailedJobs = 10_000;
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(30);
    private readonly IVideoStore _videos;
    private readonly IRenderStore _store;
    private readonly JobStorage _storage;
    private readonly IBackgroundJobClient _client;
    private readonly JobClaims _claims;
    private readonly TimeProvider _clock;
    private readonly ILogger<CleanupVideosJob> _logger;

    internal CleanupVideosJob(
        IVideoStore videos, IRenderStore store, JobStorage storage, IBackgroundJobClient client, JobClaims claims, TimeProvider clock, ILogger<CleanupVideosJob> logger) =>
        (_videos, _store, _storage, _client, _claims, _clock, _logger) = (videos, store, storage, client, claims, clock, logger);

    /// <summary>Runs it.</summary>
    [JobDisplayName("Clean up videos")]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _videos.SweepAsync(cancellationToken);
            await ForgetFailedJobsAsync(cancellationToken);
            await _claims.ForgetAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.LogError("Clean-up failed and runs again soon: {Problem}", $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            throw;
        }
    }

    // Hangfire keeps failed jobs for ever. One whose render was resumed or cancelled since has nothing more to tell, and an old one nobody asks for any more.
    private async Task ForgetFailedJobsAsync(CancellationToken cancellationToken)
    {
        var monitoring = _storage.GetMonitoringApi();
        var failed = new List<KeyValuePair<string, FailedJobDto>>();
        for (var page = monitoring.FailedJobs(0, Page); page.Count > 0 && failed.Count < MostFailedJobs; page = monitoring.FailedJobs(failed.Count, Page))
            failed.AddRange(page);
        foreach (var (jobId, job) in failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (StepJobs.RenderOf(job?.Job) is not { } id)
                continue;
            var isOld = job!.FailedAt < _clock.GetUtcNow().UtcDateTime - s_kept;
            if (isOld || await _store.GetAsync(id, cancellationToken) is not { Status: RenderStatus.Failed or RenderStatus.Parked })
                _client.ChangeState(jobId, new DeletedState { Reason = isOld ? "nobody has asked for it in a month" : "its render has gone on" }, FailedState.StateName);
        }
    }
}

/// <summary>Lets one run in at a time in this process; a second one has nothing to add.</summary>
public sealed class OneAtATime : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>The turn, to be disposed; null when somebody else has it.</summary>
    public IDisposable? TryEnter() => _gate.Wait(0) ? new Turn(_gate) : null;

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
