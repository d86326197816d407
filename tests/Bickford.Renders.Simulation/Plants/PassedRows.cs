using System.Data.Common;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Passes everything on: what a plant overrides is its bug.</summary>
internal abstract class PassedRows(IRenderStore rows) : IRenderStore
{
    protected IRenderStore Rows { get; } = rows;

    public virtual Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        Rows.InsertAsync(render, entries, cancellationToken);

    public virtual Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default) =>
        Rows.InsertAsync(render, entries, transaction, cancellationToken);

    public virtual Task<IReadOnlyList<InsertResult>> InsertAllAsync(IReadOnlyList<NewRow> rows, CancellationToken cancellationToken = default) =>
        Rows.InsertAllAsync(rows, cancellationToken);

    public virtual Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) => Rows.GetAsync(id, cancellationToken);

    public Task<IReadOnlyList<Render>> ListAsync(RenderFilter filter, Guid? before, int limit, CancellationToken cancellationToken = default) =>
        Rows.ListAsync(filter, before, limit, cancellationToken);

    public Task<IReadOnlyList<Guid>> FindIdsAsync(string ending, int limit, CancellationToken cancellationToken = default) =>
        Rows.FindIdsAsync(ending, limit, cancellationToken);

    public Task<Render?> TryLeaseAsync(Guid id, RenderStep step, long version, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Rows.TryLeaseAsync(id, step, version, owner, duration, cancellationToken);

    public Task<Render?> LeaseNextCreateAsync(DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Rows.LeaseNextCreateAsync(now, owner, duration, cancellationToken);

    public Task<IReadOnlyList<Render>> LeaseLooksAsync(StepJob job, DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Rows.LeaseLooksAsync(job, now, owner, duration, cancellationToken);

    public Task<StepJob?> FindNextLookAsync(Guid id, CancellationToken cancellationToken = default) => Rows.FindNextLookAsync(id, cancellationToken);

    public Task<string?> FindNewerVideoAsync(Guid id, CancellationToken cancellationToken = default) => Rows.FindNewerVideoAsync(id, cancellationToken);

    // One by one, so that the bug of a plant is in these too.
    public async Task<IReadOnlyList<CommitResult>> CommitAllAsync(IReadOnlyList<RowCommit> commits, CancellationToken cancellationToken = default)
    {
        var results = new List<CommitResult>();
        foreach (var one in commits)
            results.Add(await CommitAsync(one.Next, one.ExpectedVersion, one.Entries, cancellationToken));
        return results;
    }

    public virtual Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Rows.RenewLeaseAsync(id, owner, duration, cancellationToken);

    public virtual Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        Rows.CommitAsync(next, expectedVersion, entries, cancellationToken);

    public virtual Task<CommitResult> CommitIntentAsync(
        Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits limits, CancellationToken cancellationToken = default) =>
        Rows.CommitIntentAsync(next, expectedVersion, entries, limits, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListOverdueAsync(DateTimeOffset dueBefore, int limit, StepJob? after = null, CancellationToken cancellationToken = default) =>
        Rows.ListOverdueAsync(dueBefore, limit, after, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListDueAsync(RenderStep step, DateTimeOffset dueBefore, int limit, CancellationToken cancellationToken = default) =>
        Rows.ListDueAsync(step, dueBefore, limit, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListOpenAsync(Guid? after, int limit, CancellationToken cancellationToken = default) =>
        Rows.ListOpenAsync(after, limit, cancellationToken);

    public virtual Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default) =>
        Rows.ListWaitingForSourceAsync(sources, limit, cancellationToken);

    public Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default) => Rows.FindByKeyAsync(idempotencyKey, cancellationToken);

    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(string prompt, string model, CancellationToken cancellationToken = default) =>
        Rows.ListOpenCreatesAsync(prompt, model, cancellationToken);

    public Task<IReadOnlyList<TimeSpan>> ListTimesAsync(string model, string? size, int? seconds, int limit, CancellationToken cancellationToken = default) =>
        Rows.ListTimesAsync(model, size, seconds, limit, cancellationToken);

    public Task<IReadOnlySet<string>> FindOwnedVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) =>
        Rows.FindOwnedVideoIdsAsync(videoIds, cancellationToken);
}
