using Bickford.Renders.Ports;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage.Monitoring;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Hangfire;

/// <summary>Deletes what is not needed any more, and Hangfire's own left-overs: failed jobs of renders that have gone on since, and old engine rows.</summary>
public sealed class CleanupVideosJob : RecurringJob
{
    private const int Page = 500;
    private const int MostFailedJobs = 10_000;
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(30);
    private readonly ICleanup _cleanup;
    private readonly IRenderStore _store;
    private readonly JobStorage _storage;
    private readonly IBackgroundJobClient _client;
    private readonly JobClaims _claims;
    private readonly TimeProvider _clock;

    internal CleanupVideosJob(
        ICleanup cleanup, IRenderStore store, JobStorage storage, IBackgroundJobClient client, JobClaims claims, TimeProvider clock, Turns turns, ILogger<CleanupVideosJob> logger)
        : base(turns, logger) =>
        (_cleanup, _store, _storage, _client, _claims, _clock) = (cleanup, store, storage, client, claims, clock);

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        await ForgetFailedJobsAsync(cancellationToken);
        await _claims.ForgetAsync(cancellationToken);
        await _cleanup.RunIfDueAsync(cancellationToken);
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
