using Bickford.Renders.Pacing;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Testing;

/// <content>The gate to the provider.</content>
public sealed partial class InMemoryRenderStore
{
    /// <inheritdoc/>
    public Task<RequestSlot> ReserveAsync(int requestsPerMinute, TimeSpan longest, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(requestsPerMinute);
        return Locked(() =>
        {
            var (now, next) = (NowMicroseconds, _lastSlot + SlowStart.Under(requestsPerMinute).From(_lastSlot - _pausedUntil, _slowFor));
            var free = Math.Max(now, Math.Max(next, _pausedUntil));
            var granted = free <= now + (long)longest.TotalMicroseconds;
            if (granted)
                _lastSlot = free;
            return new RequestSlot(granted, TimeSpan.FromMicroseconds(free - now));
        },
        cancellationToken);
    }

    /// <inheritdoc/>
    public Task PauseAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Locked(() =>
        {
            var until = NowMicroseconds + (long)duration.TotalMicroseconds;
            if (until > _pausedUntil)
                (_slowFor, _pausedUntil) = (Math.Max((long)SlowStart.DurationAfter(duration).TotalMicroseconds, _pausedUntil + _slowFor - until), until);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderPause> PauseLeftAsync(CancellationToken cancellationToken = default) =>
        Locked(() =>
        {
            var left = _pausedUntil - NowMicroseconds;
            return new ProviderPause(TimeSpan.FromMicroseconds(Math.Max(0, left)), TimeSpan.FromMicroseconds(Math.Max(0, left + _slowFor)));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> CountInFlightAsync(Guid? except, int most, CancellationToken cancellationToken = default) =>
        Locked(() => CountInFlight(except, most), cancellationToken);

    /// <inheritdoc/>
    public Task<int> CountWaitingBeforeAsync(Guid id, int priority, long turn, int most, CancellationToken cancellationToken = default) =>
        Locked(() => WaitingForRoom.TakeWhile(row => row.Priority > priority || (row.Priority == priority && (row.Turn, row.Id).CompareTo((turn, id)) < 0)).Take(most).Count(), cancellationToken);

    /// <inheritdoc/>
    public Task<RenderSum> SumSpentAsync(DateTimeOffset since, string? tag = null, Guid? except = null, CancellationToken cancellationToken = default) =>
        Locked(() => SumSpent(since, tag, except), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> ListParkedForBudgetAsync(Render? after, int limit, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<Render>>(() =>
        [
            .. _rows.Values.Where(row => row is { Status: RenderStatus.Parked, Cause: RenderCause.Budget } && (after is null || Order(row).CompareTo(Order(after)) > 0))
                .OrderByDescending(row => row.Priority).ThenBy(row => row.Turn).ThenBy(row => row.Id).Take(limit),
        ],
        cancellationToken);

    private static (int, long, Guid) Order(Render row) => (-row.Priority, row.Turn, row.Id);

    private RenderSum SumSpent(DateTimeOffset since, string? tag, Guid? except)
    {
        var sent = _rows.Values.Where(row => row.CreateStartedAt >= since && row.Id != except && (tag is null || row.Tags.Contains(tag))).ToList();
        return new RenderSum(sent.Count, sent.Sum(row => row.Cost ?? 0), sent.Count(row => row.Cost is null));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StepJob>> ListWaitingForRoomAsync(int limit, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<StepJob>>(() =>
        [
            .. WaitingForRoom.Take(limit).Where(row => !IsLeased(row)).Select(row => StepJob.For(row with { DueAt = row.CreatedAt })!),
        ],
        cancellationToken);
}
