namespace Bickford.Renders.Ports;

/// <summary>Where a render stands among those that ended: by the time it ended, then by id.</summary>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Id">The render.</param>
public sealed record EndedAt(DateTimeOffset FinishedAt, Guid Id)
{
    /// <summary>Where this render stands.</summary>
    public static EndedAt Of(Render render) => new(render.FinishedAt ?? DateTimeOffset.MaxValue, render.Id);

    /// <summary>True if it ended before the other.</summary>
    public bool IsBefore(EndedAt other) => (FinishedAt, Id).CompareTo((other.FinishedAt, other.Id)) < 0;
}

/// <summary>What clean-up asks of the rows. Pages are ordered by <see cref="EndedAt"/>, the oldest first.</summary>
public interface ICleanupStore
{
    /// <summary>Completed renders with a video at the provider that was not deleted.</summary>
    /// <param name="finishedBefore">Only those that ended at this time or before.</param>
    /// <param name="after">Only those behind this one; null for the first page.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Render>> ListProviderCopiesAsync(DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Renders of this status that may have files in the video store, are not kept, and whose deletion has not begun.</summary>
    /// <param name="status">This status.</param>
    /// <param name="tag">Only with this tag; null for all.</param>
    /// <param name="finishedBefore">Only those that ended at this time or before.</param>
    /// <param name="after">Only those behind this one; null for the first page.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Render>> ListWithFilesAsync(
        RenderStatus status, string? tag, DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Renders a deletion of which has begun and not ended: a worker died on the way, or is on it.</summary>
    Task<IReadOnlyList<Render>> ListDeletionsBegunAsync(EndedAt? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>The completed render that is so many before the newest, counting from 1, among those with files; null if there are fewer.</summary>
    Task<EndedAt?> FindNewestAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>Rows with a create whose effect is open, whatever their status, by id.</summary>
    /// <param name="after">Only ids greater than this one; null for the first page.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Render>> ListOpenCreatesAsync(Guid? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Which of these renders are the source of a remix that is still open.</summary>
    Task<IReadOnlySet<Guid>> FindRemixedAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default);

    /// <summary>The renders that own these videos.</summary>
    Task<IReadOnlyList<Render>> FindByVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default);
}
