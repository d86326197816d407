using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Steps;

/// <summary>Polls several renders at once: their looks share the pages of the provider's list, and their changes one commit.</summary>
internal sealed class MergedLooks(
    IRenderStore store, IVideosApi api, LookPages pages, LearntTimes times, StepGuard guard, StepCommits commits, RenderOptions options, TimeProvider clock)
{
    private const int LooksAtOnce = 4;

    /// <summary>False while looks are better taken one by one.</summary>
    public bool AreWorthwhile => options.Poll.Merges && pages.AreWorthwhile;

    /// <summary>Looks at all of these.</summary>
    /// <param name="rows">Rows at Poll whose leases this run has.</param>
    /// <param name="takenAt">Timestamp from before the leases were taken.</param>
    /// <param name="stopping">Shutdown: what is not answered is handed back.</param>
    /// <returns>The rows as this run left them.</returns>
    public async Task<IReadOnlyList<Render>> RunAsync(IReadOnlyList<Render> rows, long takenAt, CancellationToken stopping)
    {
        var committed = new List<Render>();
        foreach (var row in rows.Where(row => row.CancelRequested))
        {
            if (await commits.CommitCancelAsync(row) is { } cancelled)
                committed.Add(cancelled);
        }

        var asked = rows.Where(row => !row.CancelRequested).ToList();
        if (asked.Count == 0)
            return committed;
        var began = clock.GetTimestamp();
        using var span = RenderSpan.BeginLooks(asked);
        var leases = asked.Select(row => new LeaseKeeper(store, row, options.Lease, takenAt, clock)).ToList();
        try
        {
            var outcomes = await LookAllAsync(asked, leases, stopping);
            committed.AddRange(await commits.CommitAllAsync([.. asked.Zip(outcomes).Where(look => look.Second is not null).Select(look => (look.First, look.Second!))]));
        }
        finally
        {
            foreach (var lease in leases)
                await lease.DisposeAsync();
            foreach (var row in asked)
                RenderSpan.WriteLook(row, committed.Find(after => after.Id == row.Id), options, span, clock.GetElapsedTime(began));
        }

        return committed;
    }

    private async Task<Video> LookAsync(Render row, CancellationToken token)
    {
        // A run of its own: it has not begun, so it waits for its turn as any look does.
        RequestPacing.BeginRun(RenderStep.Poll);
        return await api.GetAsync(PollStep.VideoIdOf(row), token);
    }

    private async Task<IReadOnlyList<StepOutcome?>> LookAllAsync(List<Render> rows, List<LeaseKeeper> leases, CancellationToken stopping)
    {
        IReadOnlyDictionary<string, Video>? listed = null;
        RequestPacing.BeginRun(RenderStep.Poll);
        // What the list came to for the first came to all of them.
        var failed = await guard.RunAsync(() => rows[0], () => false, async () =>
        {
            listed = await pages.AskAsync(rows, stopping);
            return null;
        }, stopping);
        var outcomes = new StepOutcome?[rows.Count];
        if (listed is null)
        {
            Array.Fill(outcomes, failed);
            return outcomes;
        }

        await Parallel.ForAsync(0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce }, async (i, _) =>
        {
            var row = rows[i];
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(leases[i].Cut, stopping);
            outcomes[i] = await guard.RunAsync(() => row, () => leases[i].IsLost, async () =>
            {
                var video = listed.GetValueOrDefault(PollStep.VideoIdOf(row));
                // The list's word is not enough to give up a render that was paid for.
                var isEnough = video is not null && (video.Status == VideoStatus.Completed || clock.GetUtcNow() < row.DeadlineAt);
                if (!isEnough)
                    video = await LookAsync(row, cut.Token);

                return new StepOutcome.Seen(video!, await times.PlanForAsync(row, cut.Token), FromPage: isEnough);
            }, cut.Token);
        });
        return outcomes;
    }
}
