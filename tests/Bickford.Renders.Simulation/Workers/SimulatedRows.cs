using System.Data.Common;
using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>The way from one process to the real row store: everything that can happen to a transaction.</summary>
internal sealed class SimulatedRows(Life life, IRenderStore store) : IRenderStore
{
    public async Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default)
    {
        Doing.Current.RenderId = render.Id;
        return await life.CallAsync(Boundary.Insert, () => store.InsertAsync(render, entries, CancellationToken.None), Lost, token: cancellationToken);
    }

    // The caller's own transaction holds the database's only write lock: nothing else can happen until it ends.
    public Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default) =>
        store.InsertAsync(render, entries, transaction, CancellationToken.None);

    public Task<IReadOnlyList<InsertResult>> InsertAllAsync(IReadOnlyList<NewRow> rows, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Insert, () => store.InsertAllAsync(rows, CancellationToken.None), Lost, token: cancellationToken);

    public Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.GetAsync(id, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Render>> ListAsync(RenderFilter filter, Guid? before, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.ListAsync(filter, before, limit, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Guid>> FindIdsAsync(string ending, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.FindIdsAsync(ending, limit, CancellationToken.None), cancellationToken);

    public async Task<Render?> TryLeaseAsync(Guid id, RenderStep step, long version, string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var doing = Doing.Current;
        (doing.Step, doing.RenderId, doing.LeaseOwner) = (Enum.Parse<Step>(step.ToString()), id, owner);
        return await life.CallAsync(Boundary.Lease, () => store.TryLeaseAsync(id, step, version, owner, duration, CancellationToken.None), Lost, token: cancellationToken);
    }

    public async Task<Render?> LeaseNextCreateAsync(DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var doing = Doing.Current;
        (doing.Step, doing.LeaseOwner) = (Step.Create, owner);
        return await life.CallAsync(Boundary.Lease, () => store.LeaseNextCreateAsync(now, owner, duration, CancellationToken.None), Lost, token: cancellationToken);
    }

    public async Task<IReadOnlyList<Render>> LeaseLooksAsync(StepJob job, DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var doing = Doing.Current;
        (doing.Step, doing.RenderId, doing.LeaseOwner) = (Step.Poll, job.RenderId, owner);
        return await life.CallAsync(Boundary.Lease, () => store.LeaseLooksAsync(job, now, owner, duration, CancellationToken.None), Lost, token: cancellationToken);
    }

    public Task<StepJob?> FindNextLookAsync(Guid id, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.FindNextLookAsync(id, CancellationToken.None), cancellationToken);

    public Task<string?> FindNewerVideoAsync(Guid id, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.FindNewerVideoAsync(id, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<CommitResult>> CommitAllAsync(IReadOnlyList<RowCommit> commits, CancellationToken cancellationToken = default)
    {
        return life.CallAsync(Boundary.Commit, CommitAndCheck, Lost, token: cancellationToken);

        async Task<IReadOnlyList<CommitResult>> CommitAndCheck()
        {
            var results = await store.CommitAllAsync(commits, CancellationToken.None);
            foreach (var (one, result) in commits.Zip(results))
                Note(one.Next, one.Entries, result);
            return results;
        }
    }

    public Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Renewal, () => store.RenewLeaseAsync(id, owner, duration, CancellationToken.None), Lost, token: cancellationToken);

    public Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        CommitAsync(next, entries, () => store.CommitAsync(next, expectedVersion, entries, CancellationToken.None), cancellationToken);

    public Task<CommitResult> CommitIntentAsync(
        Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits limits, CancellationToken cancellationToken = default) =>
        CommitAsync(next, entries, () => store.CommitIntentAsync(next, expectedVersion, entries, limits, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListOverdueAsync(DateTimeOffset dueBefore, int limit, StepJob? after = null, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Overdue, () => store.ListOverdueAsync(dueBefore, limit, after, CancellationToken.None), Lost, token: cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListDueAsync(RenderStep step, DateTimeOffset dueBefore, int limit, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Overdue, () => store.ListDueAsync(step, dueBefore, limit, CancellationToken.None), Lost, token: cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListOpenAsync(Guid? after, int limit, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Overdue, () => store.ListOpenAsync(after, limit, CancellationToken.None), Lost, token: cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.ListWaitingForSourceAsync(sources, limit, CancellationToken.None), cancellationToken);

    public Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.FindByKeyAsync(idempotencyKey, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(string prompt, string model, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.ListOpenCreatesAsync(prompt, model, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<TimeSpan>> ListTimesAsync(string model, string? size, int? seconds, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.ListTimesAsync(model, size, seconds, limit, CancellationToken.None), cancellationToken);

    public Task<IReadOnlySet<string>> FindOwnedVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) =>
        ReadAsync(() => store.FindOwnedVideoIdsAsync(videoIds, CancellationToken.None), cancellationToken);

    internal static Exception Lost(string what) => new DatabaseException("Database:ConnectionString", "(simulated)", "a server that answers", what);

    private Task<T> ReadAsync<T>(Func<Task<T>> read, CancellationToken token) => life.CallAsync(Boundary.Read, read, Lost, token: token);

    private Task<CommitResult> CommitAsync(Render next, IReadOnlyList<LedgerEntry> entries, Func<Task<CommitResult>> commit, CancellationToken token)
    {
        var boundary = entries.Any(entry => entry.Type == RenderEvents.CreateStarted) ? Boundary.Intent : Boundary.Commit;
        return life.CallAsync(boundary, CommitAndCheck, Lost, token: token);

        async Task<CommitResult> CommitAndCheck()
        {
            var result = await commit();
            Note(next, entries, result);
            return result;
        }
    }

    private void Note(Render next, IReadOnlyList<LedgerEntry> entries, CommitResult result)
    {
        life.World.Trace.Note(life, $"{result} {next.Status}/{next.Step}", next.Id, entries.Count > 0 ? entries[^1].Type : null);
        if (result != CommitResult.Committed)
            return;
        life.World.Watch.Committed(next.Id);
        // The run keeps its lease and goes on with the step that follows.
        if (next is { LeaseOwner: not null, Step: RenderStep.Upload or RenderStep.Record })
            Doing.Current.Step = Enum.Parse<Step>(next.Step.ToString());
    }
}
