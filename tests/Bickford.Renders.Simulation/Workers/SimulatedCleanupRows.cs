using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>The way from one process to what clean-up asks of the rows.</summary>
internal sealed class SimulatedCleanupRows(Life life, ICleanupStore rows) : ICleanupStore
{
    public Task<IReadOnlyList<Render>> ListProviderCopiesAsync(DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => rows.ListProviderCopiesAsync(finishedBefore, after, limit, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Render>> ListWithFilesAsync(
        RenderStatus status, string? tag, DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => rows.ListWithFilesAsync(status, tag, finishedBefore, after, limit, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Render>> ListDeletionsBegunAsync(EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => rows.ListDeletionsBegunAsync(after, limit, CancellationToken.None), cancellationToken);

    public Task<EndedAt?> FindNewestAsync(int count, CancellationToken cancellationToken = default) =>
        ReadAsync(() => rows.FindNewestAsync(count, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(Guid? after, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => rows.ListOpenCreatesAsync(after, limit, CancellationToken.None), cancellationToken);

    public Task<IReadOnlySet<Guid>> FindRemixedAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default) =>
        ReadAsync(() => rows.FindRemixedAsync(ids, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Render>> FindByVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) =>
        ReadAsync(() => rows.FindByVideoIdsAsync(videoIds, CancellationToken.None), cancellationToken);

    private Task<T> ReadAsync<T>(Func<Task<T>> read, CancellationToken token) => life.CallAsync(Boundary.Read, read, SimulatedRows.Lost, token: token);
}

/// <summary>The way from one process to the leases on upkeep.</summary>
internal sealed class SimulatedUpkeep(Life life, IUpkeepLease lease) : IUpkeepLease
{
    public Task<bool> TryTakeAsync(string work, string owner, TimeSpan duration, TimeSpan rest, CancellationToken cancellationToken = default) =>
        CallAsync(() => lease.TryTakeAsync(work, owner, duration, rest, CancellationToken.None), cancellationToken);

    public Task<bool> RenewAsync(string work, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        CallAsync(() => lease.RenewAsync(work, owner, duration, CancellationToken.None), cancellationToken);

    public Task ReleaseAsync(string work, string owner, CancellationToken cancellationToken = default) =>
        CallAsync(async () =>
        {
            await lease.ReleaseAsync(work, owner, CancellationToken.None);
            return true;
        }, cancellationToken);

    private Task<T> CallAsync<T>(Func<Task<T>> act, CancellationToken token) => life.CallAsync(Boundary.Upkeep, act, SimulatedRows.Lost, token: token);
}
