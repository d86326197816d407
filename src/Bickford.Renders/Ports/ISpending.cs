namespace Bickford.Renders.Ports;

/// <summary>By what spending is told apart.</summary>
public enum SpentBy
{
    /// <summary>The day of the create, in UTC, as <c>2026-01-31</c>.</summary>
    Day,

    /// <summary>The model.</summary>
    Model,

    /// <summary>The tag; a render with several counts for each of them, one without for none.</summary>
    Tag,

    /// <summary>What became of the render so far: its status.</summary>
    Outcome,
}

/// <summary>What was spent on one day, model, tag or outcome.</summary>
/// <param name="Name">Which; null for renders without a tag.</param>
/// <param name="Sum">Its creates and their list prices.</param>
/// <param name="Lost">List prices of those that failed or were cancelled, in US dollars: money for no video.</param>
public sealed record SpentGroup(string? Name, RenderSum Sum, decimal Lost);

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

    /// <summary>Tells apart what <see cref="SumSpentAsync"/> sums up.</summary>
    /// <param name="since">Creates at or after this time.</param>
    /// <param name="until">And before this one.</param>
    /// <param name="by">By what.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By name; what has none comes last.</returns>
    Task<IReadOnlyList<SpentGroup>> GroupSpentAsync(DateTimeOffset since, DateTimeOffset until, SpentBy by, CancellationToken cancellationToken = default);

    /// <summary>Renders that are parked with <see cref="RenderCause.Budget"/>: highest priority first, then by turn, then oldest.</summary>
    /// <param name="after">Only those that come after this one in that order; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Render>> ListParkedForBudgetAsync(Render? after, int limit, CancellationToken cancellationToken = default);
}
