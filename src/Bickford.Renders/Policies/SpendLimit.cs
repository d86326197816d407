using System.Globalization;

namespace Bickford.Renders.Policies;

/// <summary>A limit that a create comes under: the list prices of all creates of a day or a month, its own included.</summary>
/// <param name="Setting">Where it is set.</param>
/// <param name="Tag">Only creates of renders with this tag count; null counts all.</param>
/// <param name="Since">The beginning of the day or month.</param>
/// <param name="Until">Its end.</param>
/// <param name="Most">US dollars.</param>
public sealed record SpendLimit(string Setting, string? Tag, DateTimeOffset Since, DateTimeOffset Until, decimal Most)
{
    /// <summary>All limits that a create comes under.</summary>
    /// <param name="tags">The render's tags.</param>
    /// <param name="budget">What is set.</param>
    /// <param name="at">When the create is sent.</param>
    public static IReadOnlyList<SpendLimit> Of(IReadOnlyList<string> tags, BudgetOptions budget, DateTimeOffset at)
    {
        var day = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero);
        var month = day.AddDays(1 - day.Day);
        var limits = new List<SpendLimit>();
        Add("Budget", null, budget.PerDay, budget.PerMonth);
        foreach (var tag in tags.Distinct(StringComparer.Ordinal))
        {
            if (budget.Tags.TryGetValue(tag, out var own))
                Add($"Budget:Tags:{tag}", tag, own.PerDay, own.PerMonth);
        }

        return limits;

        void Add(string section, string? tag, decimal? perDay, decimal? perMonth)
        {
            if (perDay is { } daily)
                limits.Add(new SpendLimit($"{section}:PerDay", tag, day, day.AddDays(1), daily));
            if (perMonth is { } monthly)
                limits.Add(new SpendLimit($"{section}:PerMonth", tag, month, month.AddMonths(1), monthly));
        }
    }

    /// <summary>Why a create does not keep within it, in one line; null where it does.</summary>
    /// <param name="spent">What the others of its day or month cost.</param>
    /// <param name="cost">What this one costs; null where no price is known, and so no limit could be kept.</param>
    public string? WhyNot(decimal spent, decimal? cost) =>
        cost is null ? $"no price is known for this render, so that {Setting} cannot be kept; set its price under Sora:Models, then resume it"
        : cost > Most ? $"this render alone costs {Dollars(cost.Value)}, and {Setting} is {Dollars(Most)}; it waits until that is raised"
        : spent + cost > Most ? $"{Setting} is {Dollars(Most)}, {Dollars(spent)} of it is spent, and this render costs {Dollars(cost.Value)}; it goes on by itself when there is room, on {Until:yyyy-MM-dd} (UTC) at the latest"
        : null;

    private static string Dollars(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"${amount:#,0.00##}");
}

/// <summary>What the intent to create must keep within; counted where it is committed.</summary>
/// <param name="MaxInFlight">Renders in flight at once (<see cref="Ports.RenderInFlight.IsInFlight"/>); 0 is no limit.</param>
/// <param name="Spending">What may be spent.</param>
public sealed record IntentLimits(int MaxInFlight, IReadOnlyList<SpendLimit> Spending)
{
    /// <summary>The limits of a render's create.</summary>
    public static IntentLimits Of(Render row, RenderOptions options, DateTimeOffset at) => new(options.MaxInFlight, SpendLimit.Of(row.Tags, options.Budget, at));

    /// <summary>There is something to keep within.</summary>
    public bool Any => MaxInFlight > 0 || Spending.Count > 0;
}
