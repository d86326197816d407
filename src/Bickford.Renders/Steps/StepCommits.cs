using Bickford.Renders.Ledger;
using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>Makes outcomes durable: row and events together, against the version that the run has seen.</summary>
internal sealed class StepCommits(
    IRenderStore store, RenderMachine machine, CreateBudget budget, RenderOptions options, TimeProvider clock, Jitter jitter, ILogger<StepCommits> logger)
{
    private const int Tries = 6;
    private const int PaidTries = 100;
    private static readonly RetryOptions Pauses = new() { First = TimeSpan.FromSeconds(0.5), Max = TimeSpan.FromSeconds(5) };

    /// <summary>Commits the outcome; null: the row went another way.</summary>
    /// <param name="row">The row as the run knows it.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="carriesOn">The run goes on with what follows a download, and keeps its lease for that: this node has the staged files. Should it die, the lease runs out.</param>
    public Task<Render?> CommitAsync(Render row, StepOutcome outcome, bool carriesOn = false) =>
        CommitAsync(row, r => Keeping(r, machine.Apply(r, outcome, Now(), jitter.Next()), carriesOn), keep: outcome is StepOutcome.Created, outcome);

    /// <summary>Commits that a wish to cancel was heard.</summary>
    public Task<Render?> CommitCancelAsync(Render row) =>
        CommitAsync(row, r => RenderMachine.CancelAsRequested(r, Now()), keep: false);

    /// <summary>Commits the outcomes of looks together; those whose row went another way are left out.</summary>
    public async Task<IReadOnlyList<Render>> CommitAllAsync(IReadOnlyList<(Render Row, StepOutcome Outcome)> looks)
    {
        var now = Now();
        var transitions = looks.Select(look => machine.Apply(look.Row, look.Outcome, now, jitter.Next())).ToList();
        var results = await TogetherAsync([.. transitions.Select((t, i) => new RowCommit(t.Next, looks[i].Row.Version, t.Entries, LookChange.Is(looks[i].Row, t.Next)))]);
        var committed = new List<Render>();
        for (var i = 0; i < looks.Count; i++)
        {
            if (results?[i] == CommitResult.Committed)
            {
                RenderTelemetry.Committed(transitions[i].Next, transitions[i].Entries, options, looks[i].Outcome);
                committed.Add(LedgerChain.WithHead(transitions[i].Next, transitions[i].Entries));
            }
            // Somebody changed it meanwhile, or nobody knows what became of it: each for itself.
            else if (await CommitAloneAsync(looks[i].Row, looks[i].Outcome, transitions[i]) is { } alone)
                committed.Add(alone);
        }

        return committed;
    }

    // With the very same change first: should it be committed already, it is known again.
    private Task<Render?> CommitAloneAsync(Render row, StepOutcome outcome, Transition first) =>
        CommitAsync(row, r => ReferenceEquals(r, row) ? first : machine.Apply(r, outcome, Now(), jitter.Next()), keep: false, outcome);

    private async Task<IReadOnlyList<CommitResult>?> TogetherAsync(IReadOnlyList<RowCommit> commits)
    {
        try
        {
            return await store.CommitAllAsync(commits, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogWarning("{Count} looks could not be committed together, trying one by one: {Error}", commits.Count, e.Message);
            return null;
        }
    }

    private static Transition Keeping(Render row, Transition transition, bool carriesOn) => carriesOn
        && (row.Step, transition.Next.Step, transition.Next.Status) is (RenderStep.Download, RenderStep.Upload, RenderStatus.Storing) or (RenderStep.Upload, RenderStep.Record, RenderStatus.Storing)
            ? transition with { Next = transition.Next with { LeaseOwner = row.LeaseOwner } }
            : transition;

    /// <summary>Commits; on a conflict applies the outcome to the fresh row, if this run still owns it or its outcome must not be lost.</summary>
    private async Task<Render?> CommitAsync(Render row, Func<Render, Transition> apply, bool keep, StepOutcome? outcome = null)
    {
        var owner = row.LeaseOwner;
        while (true)
        {
            var transition = apply(row);
            var limits = outcome is StepOutcome.CreateStarted && transition.Next.IsInFlight() ? IntentLimits.Of(transition.Next, options, transition.Next.UpdatedAt) : null;
            var result = await StubbornlyAsync(keep, () => limits is { Any: true }
                ? store.CommitIntentAsync(transition.Next, row.Version, transition.Entries, limits, CancellationToken.None)
                : store.CommitAsync(transition.Next, row.Version, transition.Entries, CancellationToken.None));
            if (result == CommitResult.Committed)
            {
                RenderTelemetry.Committed(transition.Next, transition.Entries, options, outcome);
                return LedgerChain.WithHead(transition.Next, transition.Entries);
            }

            if (result is CommitResult.NoRoom or CommitResult.OverBudget)
            {
                outcome = result == CommitResult.NoRoom ? new StepOutcome.NoRoom() : new StepOutcome.OverBudget(await WhyOverBudgetAsync(row));
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
            {
                // Our own commit, whose answer was lost.
                RenderTelemetry.Committed(fresh, transition.Entries, options, outcome);
                return fresh;
            }

            if (fresh.LeaseOwner != owner && !keep)
                return null;
            row = fresh;
        }
    }

    // Others may have given theirs back meanwhile: then it is soon let go on.
    private async Task<string> WhyOverBudgetAsync(Render row) =>
        await StubbornlyAsync(paid: false, () => budget.WhyNotAsync(row, CancellationToken.None)) ?? "others spent at the same time what was left of the budget; it goes on by itself when there is room";

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
            catch (Exception e) when (tries < (paid ? PaidTries : Tries))
            {
                logger.LogWarning("The row store failed, trying again: {Error}", e.Message);
                await Task.Delay(Backoff.NextTry(tries - 1, Pauses, null, jitter.Next()), clock, CancellationToken.None);
            }
        }
    }

    private DateTimeOffset Now() => clock.GetUtcNowMs();
}
