using System.Data.Common;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Bugs about rows, leases and the ledger.</summary>
internal static class RowPlants
{
    public static IReadOnlyList<Plant> All { get; } =
    [
        new("no-version-guard", "a commit overwrites whatever the row has become meanwhile") { Rows = static (rows, _) => new NoVersionGuard(rows) },
        new("ledger-outside-transaction", "the events of a change are written after it, in a transaction of their own") { Rows = static (rows, _) => new LedgerAfterwards(rows) },
        new("lease-not-renewed", "a run believes in a lease that it no longer prolongs") { Rows = static (rows, _) => new NoRenewal(rows) },
        new("leases-by-own-clock", "a lease is over when the asking worker's clock says so") { LeasesByOwnClock = true },
        new("key-ignored", "the same idempotency key makes another render") { Rows = static (rows, _) => new KeyIgnored(rows) },
        new("enqueue-commits", "an enqueue in the caller's transaction commits it") { Rows = static (rows, _) => new EnqueueCommits(rows) },
        new("remix-not-healed", "a remix that waits is woken by the worker that sees its source's end, and by nobody else") { Rows = static (rows, _) => new RemixNotHealed(rows) },
        new("remix-too-early", "a remix is sent as soon as its source has a video id, finished or not") { Rows = static (rows, _) => new RemixTooEarly(rows) },
        new("budget-only-looked-at", "what may be spent is looked at before the intent, and not counted where it is committed")
        {
            Rows = static (rows, _) => new BudgetOnlyLookedAt(rows),
            // These give a world a budget.
            Aims = [new(Step.Reconcile, Boundary.Commit, Fault.Delay)],
        },
    ];

    private sealed class NoVersionGuard(IRenderStore rows) : PassedRows(rows)
    {
        public override async Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default)
        {
            var result = await Rows.CommitAsync(next, expectedVersion, entries, cancellationToken);
            return result == CommitResult.Conflict && await Rows.GetAsync(next.Id, cancellationToken) is { } fresh
                ? await Rows.CommitAsync(next with { Version = fresh.Version + 1, LedgerSeq = fresh.LedgerSeq, LedgerHash = fresh.LedgerHash }, fresh.Version, entries, cancellationToken)
                : result;
        }
    }

    private sealed class LedgerAfterwards(IRenderStore rows) : PassedRows(rows)
    {
        public override async Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default)
        {
            var result = await Rows.CommitAsync(next, expectedVersion, [], cancellationToken);
            return result == CommitResult.Committed
                ? await Rows.CommitAsync(next with { Version = next.Version + 1 }, next.Version, entries, cancellationToken)
                : result;
        }
    }

    private sealed class BudgetOnlyLookedAt(IRenderStore rows) : PassedRows(rows)
    {
        public override Task<CommitResult> CommitIntentAsync(
            Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits limits, CancellationToken cancellationToken = default) =>
            Rows.CommitIntentAsync(next, expectedVersion, entries, limits with { Spending = [] }, cancellationToken);
    }

    private sealed class RemixNotHealed(IRenderStore rows) : PassedRows(rows)
    {
        public override Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
            Rows.CommitAsync(next.WaitsForSourceSince is null ? next : next with { DueAt = next.UpdatedAt.AddDays(30) }, expectedVersion, entries, cancellationToken);

        public override async Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default) =>
            sources is null ? [] : await Rows.ListWaitingForSourceAsync(sources, limit, cancellationToken);
    }

    private sealed class RemixTooEarly(IRenderStore rows) : PassedRows(rows)
    {
        public override async Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
            await Rows.GetAsync(id, cancellationToken) is { } row && Doing.Current is { Step: Step.Create } doing && doing.RenderId != id && row is { VideoId: not null, ProviderCompletedAt: null }
                ? row with { ProviderCompletedAt = row.UpdatedAt }
                : await Rows.GetAsync(id, cancellationToken);
    }

    private sealed class NoRenewal(IRenderStore rows) : PassedRows(rows)
    {
        public override async Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
            await Rows.GetAsync(id, cancellationToken) is { } row && row.LeaseOwner == owner ? row : null;
    }

    private sealed class KeyIgnored(IRenderStore rows) : PassedRows(rows)
    {
        public override Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
            Rows.InsertAsync(render with { IdempotencyKey = null }, entries, cancellationToken);
    }

    private sealed class EnqueueCommits(IRenderStore rows) : PassedRows(rows)
    {
        public override async Task<InsertResult> InsertAsync(
            Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default)
        {
            var result = await Rows.InsertAsync(render, entries, transaction, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
    }
}
