using System.Globalization;
using Bickford.Renders.Ports;
using Hangfire;
using Hangfire.Common;
using Hangfire.PostgreSql;
using Hangfire.States;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Hangfire;

/// <summary>
/// Makes a Hangfire job of each step run. What is due is enqueued, what is not is scheduled to the next whole second after its due time, because Hangfire cuts
/// the rest off and would start it early. Continuations are not used: the next step always comes from the row.
/// </summary>
internal sealed class HangfireEngine(
    PostgreSqlStorage storage,
    IBackgroundJobClient client,
    IRecurringJobManager recurring,
    JobClaims claims,
    HangfireEngineOptions options,
    TimeProvider clock,
    ILogger<HangfireEngine> logger) : BackgroundService, IJobScheduler
{
    private static readonly TimeSpan s_retryEvery = TimeSpan.FromSeconds(1);

    public async Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default)
    {
        var asked = jobs.DistinctBy(NameOf).ToDictionary(NameOf);
        if (asked.Count == 0)
            return;
        var fresh = await claims.ClaimAsync([.. asked.Select(job => new ClaimedRun(job.Key, job.Value.RenderId, AfterEpoch(job.Value.DueAt)))], cancellationToken);
        var orphans = fresh.Count == asked.Count ? [] : await OrphansAsync(asked.Keys.Where(name => !fresh.Contains(name)), cancellationToken);
        // Hangfire's client is synchronous; the caller's thread is not ours to block.
        var made = await Task.Run(() => fresh.Concat(orphans).Select(name => (Name: name, JobId: Make(asked[name]))).ToList(), cancellationToken);
        if (made.Count > 0)
            await claims.MadeAsync(made, cancellationToken);
    }

    /// <summary>
    /// Tells Hangfire of the recurring jobs; every process does, with the same result. Not waited for: a process that was killed may have left the lock of one behind, and a worker must
    /// start all the same.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Run(RecurAll, stoppingToken);
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("The recurring jobs cannot be set yet, trying again: {Problem}", $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
                await Task.Delay(s_retryEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void RecurAll()
    {
        Recur<ReconcileRendersJob>(options.ReconcileEvery);
        Recur<CleanupVideosJob>(options.CleanupEvery);
        Recur<SealLedgerJob>(options.SealEvery);
    }

    private void Recur<TJob>(TimeSpan every)
        where TJob : RecurringJob =>
        recurring.AddOrUpdate<TJob>(typeof(TJob).Name, Queues.Maintenance, job => job.RunAsync(CancellationToken.None), CronText.Every(every));

    public static string NameOf(StepJob job) => string.Create(CultureInfo.InvariantCulture, $"{job.RenderId:N}.{job.Step}.{job.Version}");

    private async Task<IReadOnlyList<string>> OrphansAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var orphans = new List<string>();
        foreach (var (name, jobId) in await claims.DoubtfulAsync(names, cancellationToken))
        {
            if (!Waits(jobId) && await claims.TakeOverAsync(name, jobId, cancellationToken))
                orphans.Add(name);
        }

        return orphans;
    }

    private bool Waits(string jobId)
    {
        using var connection = storage.GetReadOnlyConnection();
        var state = connection.GetJobData(jobId)?.State;
        return state == EnqueuedState.StateName || state == ScheduledState.StateName || state == ProcessingState.StateName;
    }

    private string Make(StepJob job)
    {
        var due = AfterEpoch(job.DueAt);
        IState state = due <= clock.GetUtcNow() ? new EnqueuedState(Queues.Of(job.Step)) : new ScheduledState(NextWholeSecond(due));
        return client.Create(StepJobs.For(job), state);
    }

    private static DateTime NextWholeSecond(DateTimeOffset due)
    {
        const long Second = TimeSpan.TicksPerSecond;
        return new DateTime((due.UtcTicks + Second - 1) / Second * Second, DateTimeKind.Utc);
    }

    private static DateTimeOffset AfterEpoch(DateTimeOffset due) => due < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : due;
}
