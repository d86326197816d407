namespace Bickford.Renders.Ports;

/// <summary>What was spent on creates, by all processes, and who waits for more.</summary>
public interface ISpending
{
    /// <summary>
    /// Sums up the list prices of the renders whose create was sent at or after a time (<see cref="Render.CreateStartedAt"/>) and not refused, whatever became of them. One that was
    /// sent again because a look-up proved the first one without effect counts once.
    /// </summary>
    /// <param name="since">The time.</param>
    /// <param name="tag">Only renders with this tag; null for all.</param>
    /// <param name="except">Not counted; null counts all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<RenderSum> SumSpentAsync(DateTimeOffset since, string? tag = null, Guid? except = null, CancellationToken cancellationToken = default);

    /// <summary>Renders that are parked with <see cref="RenderCause.Budget"/>: highest priority first, then by turn, then oldest.</summary>
    /// <param name="after">Only those that come after this one in that order; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Render>> ListParkedForBudgetAsync(Render? after, int limit, CancellationToken cancellationToken = default);
}
