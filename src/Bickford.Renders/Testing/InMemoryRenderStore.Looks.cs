using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Testing;

/// <content>Looks that are taken together, and what is learnt for them.</content>
public sealed partial class InMemoryRenderStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Render>> LeaseLooksAsync(StepJob job, DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<Render>>(() =>
        {
            var near = FreeAround(job.RenderId).Where(row => IsOf(row) || LookWakeUps.IsNear(row, now)).ToList();
            return near.Any(IsOf) ? [.. LookWakeUps.InOrder(near).Select(row => _rows[row.Id] = row with { LeaseOwner = owner, LeaseUntil = LeaseEnd(duration) })] : [];

            bool IsOf(Render row) => row.Id == job.RenderId && row.Version == job.Version;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<StepJob?> FindNextLookAsync(Guid id, CancellationToken cancellationToken = default) =>
        Locked(() => FreeAround(id).Where(row => row.DueAt is not null).OrderBy(row => row.DueAt).ThenBy(row => row.Id).Select(StepJob.For).FirstOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task<string?> FindNewerVideoAsync(Guid id, CancellationToken cancellationToken = default) =>
        Locked(() => LookWakeUps.InOrder(_rows.Values.Where(row => row.Status == RenderStatus.Rendering && row.CreateStartedAt is not null))
            .Where(row => _rows.GetValueOrDefault(id)?.CreateStartedAt is { } since && (row.CreateStartedAt!.Value, row.Id).CompareTo((since, id)) > 0)
            .Take(LookWakeUps.Slack).LastOrDefault()?.VideoId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CommitResult>> CommitAllAsync(IReadOnlyList<RowCommit> commits, CancellationToken cancellationToken = default) =>
        Locked<IReadOnlyList<CommitResult>>(() => [.. commits.Select(one => Commit(one.Next, one.ExpectedVersion, one.Entries, null))], cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TimeSpan>> ListTimesAsync(string model, string? size, int? seconds, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Locked<IReadOnlyList<TimeSpan>>(() =>
        [
            .. _rows.Values.Where(row => row.Model == model && row.Size == size && row.Seconds == seconds && row is { ProviderCreatedAt: not null, ProviderCompletedAt: not null })
                .OrderByDescending(row => row.ProviderCompletedAt).ThenByDescending(row => row.Id).Take(limit).Select(row => row.ProviderCompletedAt!.Value - row.ProviderCreatedAt!.Value),
        ],
        cancellationToken);
    }

    private IEnumerable<Render> FreeAround(Guid id)
    {
        var anchor = (_rows.GetValueOrDefault(id)?.CreateStartedAt, id);
        var polling = LookWakeUps.InOrder(_rows.Values.Where(row => row.Status == RenderStatus.Rendering)).ToList();
        return polling.Where(row => (row.CreateStartedAt, row.Id).CompareTo(anchor) > 0).Take(LookWakeUps.Reach)
            .Concat(polling.Where(row => (row.CreateStartedAt, row.Id).CompareTo(anchor) < 0).TakeLast(LookWakeUps.Reach))
            .Where(row => row.CreateStartedAt is not null && anchor.CreateStartedAt is not null)
            .Concat(polling.Where(row => row.Id == id))
            .Where(row => !IsLeased(row));
    }
}
