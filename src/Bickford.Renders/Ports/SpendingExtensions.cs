using Bickford.Renders.Policies;

namespace Bickford.Renders.Ports;

/// <summary>What is spent of budgets.</summary>
public static class SpendingExtensions
{
    /// <summary>Each limit that is set, with what is spent of it: those for all renders first, then by tag.</summary>
    /// <param name="spending">What was spent.</param>
    /// <param name="budget">What is set.</param>
    /// <param name="at">A time in the day and month that are meant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<(SpendLimit Limit, RenderSum Spent)>> SumBudgetsAsync(
        this ISpending spending, BudgetOptions budget, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spending);
        ArgumentNullException.ThrowIfNull(budget);
        var sums = new List<(SpendLimit, RenderSum)>();
        foreach (var limit in SpendLimit.Of([.. budget.Tags.Keys.Order(StringComparer.Ordinal)], budget, at))
            sums.Add((limit, await spending.SumSpentAsync(limit.Since, limit.Tag, null, cancellationToken)));
        return sums;
    }
}
