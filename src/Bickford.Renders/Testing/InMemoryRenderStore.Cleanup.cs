using Bickford.Renders.Ports;

namespace Bickford.Renders.Testing;

/// <content>What clean-up asks of the rows, and its lease.</content>
public sealed partial class InMemoryRenderStore : ICleanupStore, IUpkeepLease
{
    private readonly Dictionary<string, UpkeepLease> _leases = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> ListProviderCopiesAsync(DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        PageAsync(row => row is { Status: RenderStatus.Completed, VideoId: not null, ProviderCopyDeletingAt: null }, finishedBefore, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> ListWithFilesAsync(
        RenderStatus status, string? tag, DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        PageAsync(row => row.Status == status && HasFiles(row) && (tag is null || row.Tags.Contains(tag)), finishedBefore, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> ListDeletionsBegunAsync(EndedAt? after, int limit, CancellationToken cancellationToken = default) => PageAsync(
        row => row is { ProviderCopyDeletingAt: not null, ProviderCopyDeletedAt: null } or { FilesDeletingAt: not null, FilesDeletedAt: null },
        DateTimeOffset.MaxValue, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<EndedAt?> FindNewestAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Locked(
            () => _rows.Values.Where(row => row.Status == RenderStatus.Completed && row.FinishedAt is not null && HasFiles(row))
                .OrderByDescending(row => row.FinishedAt).ThenByDescending(row => row.Id).Skip(count - 1).Select(EndedAt.Of).FirstOrDefault(),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(Guid? after, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<Render>>(
            () => [.. _rows.Values.Where(row => row is { CreateSince: not null, VideoId: null } && (after is null || row.Id.CompareTo(after.Value) > 0)).OrderBy(row => row.Id).Take(limit)],
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<Guid>> FindRemixedAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default) => Locked<IReadOnlySet<Guid>>(
        () => _rows.Values.Where(row => row.Status.IsOpen()).Select(row => row.RemixOf).OfType<Guid>().Where(ids.Contains).ToHashSet(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> FindByVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) => Locked<IReadOnlyList<Render>>(
        () => [.. _rows.Values.Where(row => row.VideoId is not null && videoIds.Contains(row.VideoId))], cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TryTakeAsync(string work, string owner, TimeSpan duration, TimeSpan rest, CancellationToken cancellationToken = default) => Locked(
        () =>
        {
            var now = _timeProvider.GetUtcNow();
            var lease = _leases.GetValueOrDefault(work, new UpkeepLease("", DateTimeOffset.MinValue, DateTimeOffset.MinValue));
            if (lease.Owner != owner && (lease.Until > now || lease.EndedAt > now - rest))
                return false;
            _leases[work] = lease with { Owner = owner, Until = now + duration };
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RenewAsync(string work, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Locked(() => IsOwner(work, owner) && Set(work, owner, _timeProvider.GetUtcNow() + duration, _leases[work].EndedAt), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(string work, string owner, CancellationToken cancellationToken = default) =>
        Locked(() => IsOwner(work, owner) && Set(work, "", DateTimeOffset.MinValue, _timeProvider.GetUtcNow()), cancellationToken);

    private static bool HasFiles(Render row) => row is { FilesDeletingAt: null, Keep: false } && (row.Assets.Count > 0 || row.Reference is not null);

    private bool IsOwner(string work, string owner) => _leases.TryGetValue(work, out var lease) && lease.Owner == owner;

    private bool Set(string work, string owner, DateTimeOffset until, DateTimeOffset endedAt)
    {
        _leases[work] = new UpkeepLease(owner, until, endedAt);
        return true;
    }

    private sealed record UpkeepLease(string Owner, DateTimeOffset Until, DateTimeOffset EndedAt);

    private Task<IReadOnlyList<Render>> PageAsync(Func<Render, bool> fits, DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<Render>>(
            () =>
            [
                .. _rows.Values
                    .Where(row => row.FinishedAt <= finishedBefore && fits(row) && (after is null || after.IsBefore(EndedAt.Of(row))))
                    .OrderBy(row => row.FinishedAt).ThenBy(row => row.Id).Take(limit),
            ],
            cancellationToken);
    }
}
