using System.Data.Common;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Support;

internal sealed class WatchedRenderStore(IRenderStore inner, Calls calls) : IRenderStore
{
    public Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        calls.On("insert", () => inner.InsertAsync(render, entries, cancellationToken));

    public Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default) =>
        calls.On("insert", () => inner.InsertAsync(render, entries, transaction, cancellationToken));

    public Task<IReadOnlyList<InsertResult>> InsertAllAsync(IReadOnlyList<NewRow> rows, CancellationToken cancellationToken = default) =>
        calls.On("insert", () => inner.InsertAllAsync(rows, cancellationToken));

    public Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        calls.On("get", () => inner.GetAsync(id, cancellationToken));

    public Task<IReadOnlyList<Render>> ListAsync(RenderFilter filter, Guid? before, int limit, CancellationToken cancellationToken = default) =>
        calls.On("list", () => inner.ListAsync(filter, before, limit, cancellationToken));

    public Task<IReadOnlyList<Guid>> FindIdsAsync(string ending, int limit, CancellationToken cancellationToken = default) =>
        calls.On("find ids", () => inner.FindIdsAsync(ending, limit, cancellationToken));

    public Task<Render?> TryLeaseAsync(Guid id, RenderStep step, long version, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        calls.On("lease", () => inner.TryLeaseAsync(id, step, version, owner, duration, cancellationToken));

    public Task<Render?> LeaseNextCreateAsync(DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        calls.On("lease", () => inner.LeaseNextCreateAsync(now, owner, duration, cancellationToken));

    public Task<IReadOnlyList<Render>> LeaseLooksAsync(StepJob job, DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        calls.On("lease", () => inner.LeaseLooksAsync(job, now, owner, duration, cancellationToken));

    public Task<StepJob?> FindNextLookAsync(Guid id, CancellationToken cancellationToken = default) =>
        calls.On("next look", () => inner.FindNextLookAsync(id, cancellationToken));

    public Task<string?> FindNewerVideoAsync(Guid id, CancellationToken cancellationToken = default) =>
        calls.On("newer", () => inner.FindNewerVideoAsync(id, cancellationToken));

    public Task<IReadOnlyList<CommitResult>> CommitAllAsync(IReadOnlyList<RowCommit> commits, CancellationToken cancellationToken = default) =>
        calls.On("commit", () => inner.CommitAllAsync(commits, cancellationToken));

    public Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        calls.On("renew", () => inner.RenewLeaseAsync(id, owner, duration, cancellationToken));

    public Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        calls.On("commit", () => inner.CommitAsync(next, expectedVersion, entries, cancellationToken));

    public Task<CommitResult> CommitIntentAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits limits, CancellationToken cancellationToken = default) =>
        calls.On("commit", () => inner.CommitIntentAsync(next, expectedVersion, entries, limits, cancellationToken));

    public Task<IReadOnlyList<StepJob>> ListOverdueAsync(DateTimeOffset dueBefore, int limit, StepJob? after = null, CancellationToken cancellationToken = default) =>
        calls.On("overdue", () => inner.ListOverdueAsync(dueBefore, limit, after, cancellationToken));

    public Task<IReadOnlyList<StepJob>> ListDueAsync(RenderStep step, DateTimeOffset dueBefore, int limit, CancellationToken cancellationToken = default) =>
        calls.On("due", () => inner.ListDueAsync(step, dueBefore, limit, cancellationToken));

    public Task<IReadOnlyList<StepJob>> ListOpenAsync(Guid? after, int limit, CancellationToken cancellationToken = default) =>
        calls.On("open", () => inner.ListOpenAsync(after, limit, cancellationToken));

    public Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default) =>
        calls.On("waiting remixes", () => inner.ListWaitingForSourceAsync(sources, limit, cancellationToken));

    public Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default) =>
        calls.On("find key", () => inner.FindByKeyAsync(idempotencyKey, cancellationToken));

    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(string prompt, string model, CancellationToken cancellationToken = default) =>
        calls.On("open creates", () => inner.ListOpenCreatesAsync(prompt, model, cancellationToken));

    public Task<IReadOnlyList<TimeSpan>> ListTimesAsync(string model, string? size, int? seconds, int limit, CancellationToken cancellationToken = default) =>
        calls.On("times", () => inner.ListTimesAsync(model, size, seconds, limit, cancellationToken));

    public Task<IReadOnlySet<string>> FindOwnedVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) =>
        calls.On("owned", () => inner.FindOwnedVideoIdsAsync(videoIds, cancellationToken));
}

internal sealed class WatchedSeals(ILedgerSeals inner, Calls calls) : ILedgerSeals
{
    public Task<LedgerSeal?> NewestAsync(CancellationToken cancellationToken = default) => inner.NewestAsync(cancellationToken);

    public Task<LedgerSeal?> GetAsync(long number, CancellationToken cancellationToken = default) => inner.GetAsync(number, cancellationToken);

    public Task<LedgerSeal?> FindAsync(long seq, CancellationToken cancellationToken = default) => inner.FindAsync(seq, cancellationToken);

    public IAsyncEnumerable<LedgerSeal> ReadSealsAsync(long after = 0, CancellationToken cancellationToken = default) => inner.ReadSealsAsync(after, cancellationToken);

    public Task<bool> AppendAsync(LedgerSeal seal, CancellationToken cancellationToken = default) => calls.On("append seal", () => inner.AppendAsync(seal, cancellationToken));

    public Task<IReadOnlyList<LedgerLeaf>> ReadLeavesAsync(long after, long upTo, int limit, CancellationToken cancellationToken = default) =>
        calls.On("read leaves", () => inner.ReadLeavesAsync(after, upTo, limit, cancellationToken));

    public Task<LedgerEvent?> FindEventAsync(Guid eventId, CancellationToken cancellationToken = default) => inner.FindEventAsync(eventId, cancellationToken);
}

internal sealed class WatchedVideoStore(IVideoStore inner, Calls calls) : IVideoStore
{
    public string UriOf(string key) => inner.UriOf(key);

    public Task<string> PutAsync(string key, Stream source, ObjectContent content, CancellationToken cancellationToken = default) =>
        calls.On("put", () => inner.PutAsync(key, source, content, cancellationToken));

    public Task<bool> VerifyAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        calls.On("verify", () => inner.VerifyAsync(key, content, cancellationToken));

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken = default) =>
        calls.On("open read", () => inner.OpenReadAsync(key, cancellationToken));

    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        await calls.On("delete", async () =>
        {
            await inner.DeleteAsync(key, cancellationToken);
            return true;
        });
}
