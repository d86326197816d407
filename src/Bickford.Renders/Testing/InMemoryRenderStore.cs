using System.Data.Common;
using Bickford.Renders.Ledger;
using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Testing;

/// <summary>The rows in memory, for tests: same rules, nothing durable.</summary>
public sealed partial class InMemoryRenderStore : IRenderStore, IProviderGate, ISpending
{
    private readonly Dictionary<Guid, Render> _rows = [];
    private readonly TimeProvider _timeProvider;
    private readonly InMemoryLedger _ledger;
    private long _lastSlot;
    private long _pausedUntil;
    private long _slowFor;

    /// <summary>An empty store with its ledger.</summary>
    /// <param name="timeProvider">The store's clock: leases go by it.</param>
    /// <param name="ledger">Gets the rows' events; null makes one.</param>
    public InMemoryRenderStore(TimeProvider timeProvider, InMemoryLedger? ledger = null)
    {
        _timeProvider = timeProvider;
        _ledger = ledger ?? new InMemoryLedger(timeProvider);
        _ledger.Heads = () => [.. _rows.Values.Select(LedgerHead.Of)];
    }

    /// <summary>The ledger that gets the rows' events.</summary>
    public InMemoryLedger Ledger => _ledger;

    /// <inheritdoc/>
    public Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        Locked(() => Insert(render, entries), cancellationToken);

    /// <inheritdoc/>
    public Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new RenderRequestException("transaction", transaction.GetType().Name, "none: rows in memory are in no database");

    /// <inheritdoc/>
    public Task<IReadOnlyList<InsertResult>> InsertAllAsync(IReadOnlyList<NewRow> rows, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<InsertResult>>(() =>
        {
            for (var i = 0; i < rows.Count; i++)
            {
                var row = rows[i].Render;
                if (Existing(row) is { } owner && owner.RequestHash != row.RequestHash)
                    return [.. Enumerable.Repeat(new InsertResult(row, false), i), new InsertResult(owner, false)];
                if (rows.Take(i).FirstOrDefault(before => row.IdempotencyKey is not null && before.Render.IdempotencyKey == row.IdempotencyKey) is { } first && first.Render.RequestHash != row.RequestHash)
                    return [.. Enumerable.Repeat(new InsertResult(row, false), i), new InsertResult(first.Render, false)];
            }

            return [.. rows.Select(row => Insert(row.Render, row.Entries))];
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        Locked(() => _rows.GetValueOrDefault(id), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> ListAsync(RenderFilter filter, Guid? before, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<Render>>(() =>
        [
            .. _rows.Values
                .Where(row => before is null || row.Id.CompareTo(before.Value) < 0)
                .Where(row => Fits(row, filter))
                .OrderByDescending(row => row.Id)
                .Take(limit),
        ],
        cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> FindIdsAsync(string ending, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<Guid>>(() => ShortIds.Normalize(ending) is { } hex
            ? [.. _rows.Keys.Where(id => id.ToString("N").EndsWith(hex, StringComparison.Ordinal)).OrderDescending().Take(limit)]
            : [],
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Render?> TryLeaseAsync(Guid id, RenderStep step, long version, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Locked(() =>
            _rows.TryGetValue(id, out var row) && row.Status.IsOpen() && row.Step == step && row.Version == version && !IsLeased(row)
                ? _rows[id] = row with { LeaseOwner = owner, LeaseUntil = LeaseEnd(duration) }
                : null,
            cancellationToken);

    /// <inheritdoc/>
    public Task<Render?> LeaseNextCreateAsync(DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Locked(() =>
            _rows.Values.Where(row => row is { Status: RenderStatus.Queued, WaitsForRoomSince: null } && row.DueAt <= now && !IsLeased(row))
                .OrderByDescending(row => row.Priority).ThenBy(row => row.Turn).ThenBy(row => row.Id).FirstOrDefault() is { } first
                ? _rows[first.Id] = first with { LeaseOwner = owner, LeaseUntil = LeaseEnd(duration) }
                : null,
            cancellationToken);

    /// <inheritdoc/>
    public Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Locked(() =>
            _rows.TryGetValue(id, out var row) && row.LeaseOwner == owner
                ? _rows[id] = row with { LeaseUntil = LeaseEnd(duration) }
                : null,
            cancellationToken);

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        CommitAsync(next, expectedVersion, entries, null, cancellationToken);

    /// <inheritdoc/>
    public Task<CommitResult> CommitIntentAsync(
        Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits limits, CancellationToken cancellationToken = default) =>
        CommitAsync(next, expectedVersion, entries, limits, cancellationToken);

    private Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits? limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(next.Version, expectedVersion + 1);
        return Locked(() => Commit(next, expectedVersion, entries, limits), cancellationToken);
    }

    private CommitResult Commit(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits? limits)
    {
        if (!_rows.TryGetValue(next.Id, out var row) || row.Version != expectedVersion)
            return CommitResult.Conflict;
        if (IsTaken(next))
            return CommitResult.VideoIdTaken;
        if (limits is { MaxInFlight: > 0 and var max } && CountInFlight(next.Id, max) >= max)
            return CommitResult.NoRoom;
        if (limits is not null && limits.Spending.Any(limit => SumSpent(limit.Since, limit.Tag, next.Id).Cost + (next.Cost ?? 0) > limit.Most))
            return CommitResult.OverBudget;

        var leaseUntil = next.LeaseOwner is null ? null : row.LeaseUntil;
        Write(next with { LeaseUntil = leaseUntil, LedgerSeq = row.LedgerSeq, LedgerHash = row.LedgerHash, Batch = row.Batch, Turn = next.Turn < 0 ? NextTurn(next) : row.Turn }, entries);
        return CommitResult.Committed;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StepJob>> ListOverdueAsync(DateTimeOffset dueBefore, int limit, StepJob? after = null, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<StepJob>>(() =>
        [
            .. Jobs(_rows.Values.Where(row => row.DueAt <= dueBefore && !IsLeased(row)))
                .Where(job => after is null || (job.DueAt, job.RenderId).CompareTo((after.DueAt, after.RenderId)) > 0)
                .OrderBy(job => job.DueAt).ThenBy(job => job.RenderId).Take(limit),
        ],
        cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StepJob>> ListDueAsync(RenderStep step, DateTimeOffset dueBefore, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<StepJob>>(() =>
        [
            .. Jobs(_rows.Values.Where(row => row.Status is RenderStatus.Rendering or RenderStatus.Storing && row.Step == step && row.DueAt <= dueBefore && !IsLeased(row)))
                .OrderBy(job => job.DueAt).ThenBy(job => job.RenderId).Take(limit),
        ],
        cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StepJob>> ListOpenAsync(Guid? after, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<StepJob>>(() =>
        [
            .. Jobs(_rows.Values.Where(row => row.WaitsForRoomSince is null && row.WaitsForSourceSince is null && (after is null || row.Id.CompareTo(after.Value) > 0))).OrderBy(job => job.RenderId).Take(limit),
        ],
        cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<StepJob>>(() =>
        [
            .. _rows.Values
                .Where(row => row.WaitsForSourceSince is not null && (sources is null || (row.RemixOf is { } source && sources.Contains(source))) && !IsLeased(row))
                .Where(row => !_rows.TryGetValue(row.RemixOf ?? Guid.Empty, out var of) || RemixSource.IsSettled(of))
                .OrderBy(row => row.RemixOf).ThenBy(row => row.Id).Take(limit).Select(row => StepJob.For(row with { DueAt = row.CreatedAt })!),
        ],
        cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default) =>
        Locked(() => _rows.Values.FirstOrDefault(row => row.IdempotencyKey == idempotencyKey), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(string prompt, string model, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<Render>>(() =>
        [
            .. _rows.Values
                .Where(row => row.CreateSince is not null && row.VideoId is null && row.Prompt == prompt && row.Model == model)
                .OrderBy(row => row.CreateSince).ThenBy(row => row.Id),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindOwnedVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlySet<string>>(() =>
            _rows.Values.Select(row => row.VideoId).OfType<string>().Where(videoIds.Contains).ToHashSet(StringComparer.Ordinal),
            cancellationToken);

    private static IEnumerable<StepJob> Jobs(IEnumerable<Render> rows) => rows.Select(StepJob.For).OfType<StepJob>();

    private static bool Fits(Render row, RenderFilter filter) =>
        (filter.Statuses.Count == 0 || filter.Statuses.Contains(row.Status))
        && (filter.Causes.Count == 0 || (row.Cause is { } cause && filter.Causes.Contains(cause)))
        && (filter.Model is null || row.Model == filter.Model)
        && (filter.Tag is null || row.Tags.Contains(filter.Tag))
        && (filter.Batch is null || row.Batch == filter.Batch)
        && (filter.Text is null || AsciiLower(row.Prompt).Contains(AsciiLower(filter.Text), StringComparison.Ordinal));

    private static string AsciiLower(string text) =>
        string.Create(text.Length, text, (lower, original) =>
        {
            for (var i = 0; i < lower.Length; i++)
                lower[i] = char.IsAsciiLetterUpper(original[i]) ? (char)(original[i] | 0x20) : original[i];
        });

    private Render? Existing(Render render) => _rows.GetValueOrDefault(render.Id)
        ?? _rows.Values.FirstOrDefault(row => render.IdempotencyKey is not null && row.IdempotencyKey == render.IdempotencyKey);

    private InsertResult Insert(Render render, IReadOnlyList<LedgerEntry> entries)
    {
        if (Existing(render) is { } existing)
            return new InsertResult(existing, false);
        if (IsTaken(render))
            throw new InvalidOperationException($"another render owns the video {render.VideoId}");
        return new InsertResult(Write(render with { LedgerSeq = 0, LedgerHash = "", Turn = NextTurn(render) }, entries), true);
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
    }

    private Render Write(Render row, IReadOnlyList<LedgerEntry> entries)
    {
        var events = _ledger.Append(LedgerHash.StreamOf(row.Id), row.Id, entries);
        return _rows[row.Id] = events.Count == 0 ? row : row with { LedgerSeq = events[^1].RenderSeq, LedgerHash = events[^1].Hash };
    }

    private bool IsTaken(Render render) =>
        render.VideoId is not null && _rows.Values.Any(row => row.Id != render.Id && row.VideoId == render.VideoId);

    private int CountInFlight(Guid? except, int most) => _rows.Values.Where(row => row.Id != except && row.IsInFlight()).Take(most).Count();

    private IEnumerable<Render> WaitingForRoom =>
        _rows.Values.Where(row => row.WaitsForRoomSince is not null).OrderByDescending(row => row.Priority).ThenBy(row => row.Turn).ThenBy(row => row.Id);

    private long NextTurn(Render render)
    {
        var next = 0L;
        foreach (var row in _rows.Values)
        {
            if (row.Status is not (RenderStatus.Queued or RenderStatus.Rendering) || row.Priority != render.Priority)
                continue;
            if (row.Share == render.Share)
                next = Math.Max(next, row.Turn + 1);
            if (row.IsInFlight())
                next = Math.Max(next, row.Turn);
        }

        var toBegin = _rows.Values.Where(row => row is { Status: RenderStatus.Queued, CreateStartedAt: null } && row.Priority == render.Priority).Min(row => (long?)row.Turn);
        return Math.Max(next, toBegin ?? 0);
    }

    private long NowMicroseconds => (_timeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private bool IsLeased(Render row) => row.LeaseUntil > _timeProvider.GetUtcNow();

    private DateTimeOffset LeaseEnd(TimeSpan duration) => LedgerChain.WholeMilliseconds(_timeProvider.GetUtcNow() + duration);

    // As a database does, every failure comes with the task.
    private async Task<T> Locked<T>(Func<T> action, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        cancellationToken.ThrowIfCancellationRequested();
        lock (_ledger.Gate)
        {
            return action();
        }
    }
}
