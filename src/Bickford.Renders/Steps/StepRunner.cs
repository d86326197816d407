using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>
/// Runs one step: read the row and take its lease, do the one thing, commit row and events against the row's version, and only then
/// hand the next step to the engine. A job that finds another step, version or live lease is stale and returns.
/// </summary>
internal sealed class StepRunner(
    IRenderStore store,
    IEnumerable<IStep> steps,
    MergedLooks looks,
    StepGuard guard,
    StepCommits commits,
    StepHandover handover,
    RequestPacing pacing,
    RenderOptions options,
    TimeProvider clock,
    IdSource ids,
    ILogger<StepRunner> logger) : IStepRunner
{
    private readonly Dictionary<RenderStep, IStep> _steps = steps.ToDictionary(s => s.Step);

    public async Task<Render?> RunAsync(StepJob job, CancellationToken stopping)
    {
        if (job.Step == RenderStep.Poll && looks.AreWorthwhile)
            return await RunLooksAsync(job, stopping);
        Render? left = null;
        var next = job;
        while (next is not null && !stopping.IsCancellationRequested)
        {
            if (await RunOneAsync(next, stopping) is not { } committed)
                return left;
            left = committed;
            var done = next.Step;
            var carriesOn = CarriesOn(done, committed) && !stopping.IsCancellationRequested;
            next = carriesOn ? StepJob.For(committed) : null;
            if (carriesOn)
                await handover.NotifyAsync(done, [committed]);
            else
                await handover.AfterAsync(done, [committed]);
        }

        return left;
    }

    /// <summary>What follows a download at once follows here: this node has the staged files. The row says it too, so a crash in between loses nothing.</summary>
    private bool CarriesOn(RenderStep done, Render committed) =>
        options.CarryOn
        && (done, committed.Step, committed.Status) is (RenderStep.Download, RenderStep.Upload, RenderStatus.Storing) or (RenderStep.Upload, RenderStep.Record, RenderStatus.Storing);

    private async Task<Render?> RunOneAsync(StepJob job, CancellationToken stopping)
    {
        if (job.Step is RenderStep.Create or RenderStep.Poll or RenderStep.Download && !await IsOpenAsync(stopping))
            return null;
        var (owner, takenAt) = (NewOwner(), clock.GetTimestamp());
        var row = await store.TryLeaseAsync(job.RenderId, job.Step, job.Version, owner, options.Lease, CancellationToken.None);
        return row is null ? null : await RunTakenAsync(row, takenAt, stopping);
    }

    /// <summary>Looks at this render and at all around it whose look is due or nearly so.</summary>
    private async Task<Render?> RunLooksAsync(StepJob job, CancellationToken stopping)
    {
        if (!await IsOpenAsync(stopping))
            return null;
        var (owner, takenAt) = (NewOwner(), clock.GetTimestamp());
        var rows = await store.LeaseLooksAsync(job, clock.GetUtcNowMs(), owner, options.Lease, CancellationToken.None);
        IReadOnlyList<Render> committed;
        if (rows.Count > 1)
        {
            committed = await looks.RunAsync(rows, takenAt, stopping);
            foreach (var row in committed)
                Report(rows.First(before => before.Id == row.Id), row);
        }
        else
        {
            committed = rows.Count == 1 && await RunTakenAsync(rows[0], takenAt, stopping) is { } alone ? [alone] : [];
        }

        await handover.AfterAsync(RenderStep.Poll, committed);
        return committed.FirstOrDefault(row => row.Id == job.RenderId);
    }

    private async Task<Render?> RunTakenAsync(Render row, long takenAt, CancellationToken stopping) =>
        row.CancelRequested ? await commits.CommitCancelAsync(row) : await RunLeasedAsync(row, takenAt, stopping);

    private string NewOwner() => $"{options.NodeName}/{ids.Next(clock.GetUtcNow()):N}";

    /// <summary>The provider may be asked; false: the shutdown came first, and the row is as it was.</summary>
    private async Task<bool> IsOpenAsync(CancellationToken stopping)
    {
        try
        {
            await pacing.WaitForPauseToEndAsync(stopping);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (RowStoreException e)
        {
            throw e.InnerException ?? e;
        }
    }

    private async Task<Render?> RunLeasedAsync(Render row, long takenAt, CancellationToken stopping)
    {
        await using var lease = new LeaseKeeper(store, row, options.Lease, takenAt, clock);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(lease.Cut, stopping);
        var run = new StepRun(row, lease, CommitMidwayAsync, cut.Token);
        var step = _steps[row.Step];

        RequestPacing.BeginRun(row.Step);
        var outcome = await guard.RunAsync(() => run.Row, () => lease.IsLost, () => step.RunAsync(run), run.Token);
        var committed = outcome is null ? null : await commits.CommitAsync(run.Row, outcome);
        if (committed is null)
        {
            logger.LogInformation("{Render} {Step}: the row went another way, this run is dropped", row.ShortId, row.Step);
            return null;
        }

        Report(run.Row, committed);
        if (committed.Step != row.Step || !committed.Status.IsOpen())
            AfterCommit(step, committed);
        return committed;
    }

    private async Task<bool> CommitMidwayAsync(StepRun run, StepOutcome outcome)
    {
        Render? committed;
        try
        {
            committed = await commits.CommitAsync(run.Row, outcome);
        }
        catch (Exception e)
        {
            throw new RowStoreException(e);
        }

        if (committed is null)
            return false;
        if (!committed.Status.IsOpen())
            await handover.NotifyAsync(run.Row.Step, [committed]); // cancelled in the meantime
        if (committed.LeaseOwner != run.Row.LeaseOwner)
        {
            await handover.HandOverAsync([committed]); // no room: it waits now
            return false;
        }

        run.Row = committed;
        return true;
    }

    private void AfterCommit(IStep step, Render committed)
    {
        try
        {
            step.AfterCommit(committed);
        }
        catch (Exception e)
        {
            // The outcome is durable, and what is left over is swept up later: the next step must not wait for it.
            logger.LogWarning("{Render}: tidying up after {Step} failed: {Error}", committed.ShortId, step.Step, e.Message);
        }
    }

    private void Report(Render before, Render after)
    {
        switch (after.Status)
        {
            case RenderStatus.Failed or RenderStatus.Parked:
                logger.LogWarning("{Render} {Step}: {Status}, {Cause}: {Message}", after.ShortId, before.Step, after.Status, after.Cause, after.Message);
                break;
            case RenderStatus.Completed or RenderStatus.Cancelled:
                logger.LogInformation("{Render} {Status}", after.ShortId, after.Status);
                break;
            default:
                if (after.Cause is { } cause && after.Attempt > before.Attempt)
                    logger.LogWarning("{Render} {Step}: try {Attempt} failed, next at {Due:HH:mm:ss}, {Cause}: {Message}", after.ShortId, before.Step, after.Attempt, after.DueAt, cause, after.Message);
                else if (after.Step != before.Step)
                    logger.LogInformation("{Render} {Step} done, next {Next}", after.ShortId, before.Step, after.Step);
                break;
        }
    }
}
