using Bickford.Renders.Ledger;
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
    IJobScheduler scheduler,
    IEnumerable<IStep> steps,
    RenderMachine machine,
    RenderNotifier notifier,
    CreateRoom room,
    RequestPacing pacing,
    RenderOptions options,
    TimeProvider clock,
    Jitter jitter,
    IdSource ids,
    ILogger<StepRunner> logger) : IStepRunner
{
    private const int CommitTries = 6;
    private const int PaidCommitTries = 100;
    private static readonly RetryOptions CommitRetry = new() { First = TimeSpan.FromSeconds(0.5), Max = TimeSpan.FromSeconds(5) };

    private readonly Dictionary<RenderStep, IStep> _steps = steps.ToDictionary(s => s.Step);

    public async Task<Render?> RunAsync(StepJob job, CancellationToken stopping)
    {
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
            if (!carriesOn)
                await HandOverAsync(committed);
            await NotifyAsync(committed);
            // The provider is done with it, or took nothing.
            if ((done, committed.Status) is (RenderStep.Poll, not RenderStatus.Rendering) or (RenderStep.Create, RenderStatus.Failed))
                await FillRoomAsync();
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
        var owner = $"{options.NodeName}/{ids.Next(clock.GetUtcNow()):N}";
        var takenAt = clock.GetTimestamp();
        var row = await store.TryLeaseAsync(job.RenderId, job.Step, job.Version, owner, options.Lease, CancellationToken.None);
        if (row is null)
            return null;
        return row.CancelRequested ? await CommitCancelAsync(row) : await RunLeasedAsync(row, takenAt, stopping);
    }

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

        var outcome = await OutcomeAsync(step, run, lease, stopping);
        var committed = outcome is null ? null : await CommitAsync(run.Row, outcome);
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

    private async Task<StepOutcome?> OutcomeAsync(IStep step, StepRun run, LeaseKeeper lease, CancellationToken stopping)
    {
        RequestPacing.BeginRun(run.Row.Step);
        try
        {
            return await step.RunAsync(run);
        }
        catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
        {
            // Shutdown, or a wish to cancel: the row is ours to give. A row whose lease was lost is not.
            return lease.IsLost ? null : new StepOutcome.HandedBack();
        }
        catch (RequestDeferredException e) when (clock.GetUtcNow() >= FailurePolicy.LatestTurn(run.Row, options))
        {
            // Each time it was its turn, the answer to somebody else's request was to wait again.
            return new StepOutcome.Faulted(new StepFault(FaultKind.Throttled, RenderCause.RateLimit, "the provider asks to slow down again and again", e.After));
        }
        catch (RequestDeferredException e)
        {
            return new StepOutcome.Waiting(e.After);
        }
        catch (RowStoreException e)
        {
            // The rows themselves cannot be reached: nothing can be committed either. The lease runs out, reconcile comes back.
            throw e.InnerException ?? e;
        }
        catch (Exception e)
        {
            // The edge of the step: every other exception becomes a named cause in the row.
            logger.LogDebug(e, "{Render} {Step} failed", run.Row.ShortId, run.Row.Step);
            return new StepOutcome.Faulted(StepFault.From(e, run.Row.Step));
        }
    }

    private async Task<bool> CommitMidwayAsync(StepRun run, StepOutcome outcome)
    {
        Render? committed;
        try
        {
            committed = await CommitAsync(run.Row, outcome);
        }
        catch (Exception e)
        {
            throw new RowStoreException(e);
        }

        if (committed is null)
            return false;
        if (!committed.Status.IsOpen())
            await NotifyAsync(committed); // cancelled in the meantime
        if (committed.LeaseOwner != run.Row.LeaseOwner)
        {
            await HandOverAsync(committed); // no room: it waits now
            return false;
        }

        run.Row = committed;
        return true;
    }

    private Task<Render?> CommitCancelAsync(Render row) =>
        CommitAsync(row, r => RenderMachine.CancelAsRequested(r, Now()), keep: false);

    private Task<Render?> CommitAsync(Render row, StepOutcome outcome) =>
        CommitAsync(row, r => machine.Apply(r, outcome, Now(), jitter.Next()), keep: outcome is StepOutcome.Created, outcome);

    /// <summary>Commits; on a conflict applies the outcome to the fresh row, if this run still owns it or its outcome must not be lost.</summary>
    private async Task<Render?> CommitAsync(Render row, Func<Render, Transition> apply, bool keep, StepOutcome? outcome = null)
    {
        var owner = row.LeaseOwner;
        while (true)
        {
            var transition = apply(row);
            var result = await StubbornlyAsync(keep, () => outcome is StepOutcome.CreateStarted && options.MaxInFlight > 0 && transition.Next.IsInFlight()
                ? store.CommitIntentAsync(transition.Next, row.Version, transition.Entries, options.MaxInFlight, CancellationToken.None)
                : store.CommitAsync(transition.Next, row.Version, transition.Entries, CancellationToken.None));
            if (result == CommitResult.Committed)
                return LedgerChain.WithHead(transition.Next, transition.Entries);
            if (result == CommitResult.NoRoom)
            {
                outcome = new StepOutcome.NoRoom();
                apply = r => machine.Apply(r, outcome, Now(), jitter.Next());
                continue;
            }

            if (result == CommitResult.VideoIdTaken)
            {
                // A late answer, and the row is not this run's any more: the video belongs to another render, so nothing is lost.
                if (row.LeaseOwner != owner)
                    return null;
                keep = false;
                apply = r => machine.Apply(r, AfterTakenVideo(outcome), Now(), jitter.Next());
                continue;
            }

            var fresh = await StubbornlyAsync(keep, () => store.GetAsync(row.Id, CancellationToken.None));
            if (fresh is null)
                return null;
            if (IsSame(fresh, transition.Next))
                return fresh; // our own commit, whose answer was lost
            if (fresh.LeaseOwner != owner && !keep)
                return null;
            row = fresh;
        }
    }

    // The look-up of another render with the same request took our video, or we took its: both requests are the same, so look again.
    private static StepOutcome AfterTakenVideo(StepOutcome? outcome) => outcome is StepOutcome.Created { Adopted: false } created
        ? new StepOutcome.Faulted(new StepFault(FaultKind.AmbiguousCreate, RenderCause.AmbiguousCreate,
            $"the provider answered with video {created.Video.Id}, which another render with the same request has adopted"))
        : new StepOutcome.Waiting(TimeSpan.FromSeconds(1));

    private static bool IsSame(Render fresh, Render mine) =>
        fresh.Version == mine.Version && fresh.UpdatedAt == mine.UpdatedAt && fresh.Status == mine.Status
        && fresh.Step == mine.Step && fresh.VideoId == mine.VideoId && fresh.LeaseOwner == mine.LeaseOwner;

    /// <summary>An outcome is in our hands: a short outage of the database must not throw it away, and a paid one is worth a long wait.</summary>
    private async Task<T> StubbornlyAsync<T>(bool paid, Func<Task<T>> attempt)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (Exception e) when (tries < (paid ? PaidCommitTries : CommitTries))
            {
                logger.LogWarning("The row store failed, trying again: {Error}", e.Message);
                await Task.Delay(Backoff.NextTry(tries - 1, CommitRetry, null, jitter.Next()), clock, CancellationToken.None);
            }
        }
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

    // A late answer may be written to a row that stopped before: of that the observers know.
    private Task NotifyAsync(Render committed) =>
        committed.FinishedAt == committed.UpdatedAt ? notifier.StoppedAsync(committed) : Task.CompletedTask;

    private async Task HandOverAsync(Render committed)
    {
        // What waits for room is woken by room; its deadline, hours away, is no timer that is worth its memory: reconcile sees to it.
        if (committed.WaitsForRoomSince is not null || StepJob.For(committed) is not { } next)
            return;
        try
        {
            await scheduler.ScheduleAsync([next], CancellationToken.None);
        }
        catch (Exception e)
        {
            // The row is committed and carries its due time: reconcile hands it over.
            logger.LogWarning("{Render}: the engine did not take the next step, reconcile will: {Error}", committed.ShortId, e.Message);
        }
    }

    private async Task FillRoomAsync()
    {
        try
        {
            await room.FillAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // Only the quickest way to it: reconcile looks for room too.
            logger.LogDebug(e, "Whoever waits for room is left to reconcile");
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

    private DateTimeOffset Now() => clock.GetUtcNowMs();
}

/// <summary>The row store failed inside a step.</summary>
internal sealed class RowStoreException(Exception inner) : Exception(inner.Message, inner);
