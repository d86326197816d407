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

    /// <inheritdoc/>
    public Task<IReadOnlyList<SpentGroup>> GroupSpentAsync(DateTimeOffset since, DateTimeOffset until, SpentBy by, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<SpentGroup>>(() =>
        [
            .. _rows.Values.Where(row => row.CreateStartedAt >= since && row.CreateStartedAt < until)
                .SelectMany(row => Names(row, by), (row, name) => (Row: row, Name: name))
                .GroupBy(one => one.Name, one => one.Row)
                .Select(group => new SpentGroup(
                    group.Key,
                    Sum([.. group]),
                    group.Where(row => row.Status is RenderStatus.Failed or RenderStatus.Cancelled).Sum(row => row.Cost ?? 0)))
                .OrderBy(group => group.Name is null).ThenBy(group => group.Name, StringComparer.Ordinal),
        ],
        cancellationToken);

    private static IEnumerable<string?> Names(Render row, SpentBy by) => by switch
    {
        SpentBy.Day => [row.CreateStartedAt!.Value.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)],
        SpentBy.Model => [row.Model],
        SpentBy.Tag => row.Tags.DefaultIfEmpty<string?>(null),
        SpentBy.Outcome => [row.Status.ToString()],
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, "unknown"),
    };

    private static RenderSum Sum(List<Render> rows) => new(rows.Count, rows.Sum(row => row.Cost ?? 0), rows.Count(row => row.Cost is null));

    private static (int, long, Guid) Order(Render row) => (-row.Priority, row.Turn, row.Id);

    private RenderSum SumSpent(DateTimeOffset since, string? tag, Guid? except) =>
        Sum([.. _rows.Values.Where(row => row.CreateStartedAt >= since && row.Id != except && (tag is null || row.Tags.Contains(tag)))]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StepJob>> ListWaitingForRoomAsync(int limit, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<StepJob>>(() =>
        [
            .. WaitingForRoom.Take(limit).Where(row => !IsLeased(row)).Select(row => StepJob.For(row with { DueAt = row.CreatedAt })!),
        ],
        cancellationToken);
}
