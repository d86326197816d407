using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
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
        if (stopping.IsCancellationRequested || (job.Step is RenderStep.Create or RenderStep.Poll or RenderStep.Download && !await IsOpenAsync(stopping)))
            return null;
        var (owner, takenAt) = (NewOwner(), clock.GetTimestamp());
        if (job.Step == RenderStep.Poll && looks.AreWorthwhile)
            return await RunLooksAsync(job, owner, takenAt, stopping);
        var row = await store.TryLeaseAsync(job.RenderId, job.Step, job.Version, owner, options.Lease, CancellationToken.None);
        return row is null ? null : await RunTakenAsync(row, takenAt, stopping);
    }

    public async Task<bool> RunNextCreateAsync(Action taken, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested || !await IsOpenAsync(stopping))
            return false;
        var takenAt = clock.GetTimestamp();
        if (await store.LeaseNextCreateAsync(clock.GetUtcNow(), NewOwner(), options.Lease, CancellationToken.None) is not { } row)
            return false;
        taken();
        await RunTakenAsync(row, takenAt, stopping);
        return true;
    }

    /// <summary>Looks at this render and at all around it whose look is due or nearly so.</summary>
    private async Task<Render?> RunLooksAsync(StepJob job, string owner, long takenAt, CancellationToken stopping)
    {
        var rows = await store.LeaseLooksAsync(job, clock.GetUtcNowMs(), owner, options.Lease, CancellationToken.None);
        if (rows.Count == 0)
        {
            // Taken along with others, it may have stood for some that were not.
            await handover.WakeForNextLookAsync(job.RenderId);
            return null;
        }

        if (rows is [var alone])
            return await RunTakenAsync(alone, takenAt, stopping) is { } left && left.Id == job.RenderId ? left : null;
        foreach (var row in rows)
            RenderTelemetry.Taken(row, clock.GetUtcNow());
        var committed = await looks.RunAsync(rows, takenAt, stopping);
        foreach (var row in committed)
        {
            var before = rows.First(before => before.Id == row.Id);
            using var scope = RenderScope.Begin(before, logger);
            Report(before, row);
        }

        await handover.AfterAsync(RenderStep.Poll, committed, rows.FirstOrDefault(row => row.Id == job.RenderId));
        return committed.FirstOrDefault(row => row.Id == job.RenderId);
    }

    /// <summary>Runs the step of a row whose lease this run has, and those that follow it at once.</summary>
    private async Task<Render?> RunTakenAsync(Render row, long takenAt, CancellationToken stopping)
    {
        if (row.CancelRequested)
        {
            var cancelled = await commits.CommitCancelAsync(row);
            if (cancelled is not null)
                await handover.AfterAsync(row.Step, [cancelled], cancelled);
            return cancelled;
        }

        RenderTelemetry.Taken(row, clock.GetUtcNow());
        Render? left = null;
        await using var lease = new LeaseKeeper(store, row, options.Lease, takenAt, clock);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(lease.Cut, stopping);
        while (await RunLeasedAsync(row, lease, carriesOn: options.CarryOn && !stopping.IsCancellationRequested, cut.Token) is { } committed)
        {
            left = committed;
            if (committed.LeaseOwner is null || committed.LeaseOwner != row.LeaseOwner)
            {
                await handover.AfterAsync(row.Step, [committed], committed);
                return left;
            }

            // The lease was kept: what follows is ours.
            await handover.NotifyAsync(row.Step, [committed]);
            row = committed;
        }

        return left;
    }

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

    private async Task<Render?> RunLeasedAsync(Render row, LeaseKeeper lease, bool carriesOn, CancellationToken cut)
    {
        var run = new StepRun(row, lease, CommitMidwayAsync, cut);
        var step = _steps[row.Step];
        using var span = RenderSpan.Begin(row, options, clock, logger);

        RequestPacing.BeginRun(row.Step);
        var outcome = await guard.RunAsync(() => run.Row, () => lease.IsLost, () => step.RunAsync(run), cut);
        var committed = outcome is null ? null : await commits.CommitAsync(run.Row, outcome, carriesOn);
        if (committed is null)
        {
            logger.LogInformation("{Render} {Step}: the row went another way, this run is dropped", row.ShortId, row.Step);
            return null;
        }

        span.End(run.Row, committed);
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
            await handover.HandOverAsync([committed], committed); // no room: it waits now
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
