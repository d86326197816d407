namespace Bickford.Renders;

/// <summary>
/// The most that may be spent on creates, by list prices, for all processes on one database together. Days and months are those of UTC. A render that would go beyond one of the
/// limits is parked with <see cref="RenderCause.Budget"/>, and goes on by itself when there is room.
/// </summary>
public sealed class BudgetOptions
{
    /// <summary>The highest limit.</summary>
    public const decimal Highest = 1_000_000_000;

    /// <summary>US dollars a day, for all renders.</summary>
    /// <value>Setting <c>Budget:PerDay</c>; null is no limit; 0 to 1,000,000,000. The same in every process.</value>
    public decimal? PerDay { get; set; }

    /// <summary>US dollars a month, for all renders.</summary>
    /// <value>Setting <c>Budget:PerMonth</c>; null is no limit; 0 to 1,000,000,000. The same in every process.</value>
    public decimal? PerMonth { get; set; }

    /// <summary>Limits for the renders that have a tag; one with several tags must keep within each.</summary>
    /// <value>Settings <c>Budget:Tags:&lt;tag&gt;:PerDay</c> and <c>:PerMonth</c>; default empty.</value>
    public IDictionary<string, TagBudget> Tags { get; } = new Dictionary<string, TagBudget>(StringComparer.Ordinal);

    /// <summary>Anything is limited.</summary>
    public bool IsSet => PerDay is not null || PerMonth is not null || Tags.Values.Any(tag => tag is not { PerDay: null, PerMonth: null });
}

/// <summary>The most that may be spent on the renders that have a tag.</summary>
public sealed class TagBudget
{
    /// <summary>US dollars a day; null is no limit.</summary>
    public decimal? PerDay { get; set; }

    /// <summary>US dollars a month; null is no limit.</summary>
    public decimal? PerMonth { get; set; }
}
