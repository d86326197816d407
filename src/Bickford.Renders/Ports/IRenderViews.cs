namespace Bickford.Renders.Ports;

/// <summary>A number of renders that was counted up to a limit, so that it is quick however many there are.</summary>
/// <param name="Value">How many, at most the limit.</param>
/// <param name="IsLeast">There may be more.</param>
public readonly record struct CappedCount(int Value, bool IsLeast);

/// <summary>What a bulk action would touch.</summary>
/// <param name="Count">How many renders.</param>
/// <param name="Cost">The sum of their list prices in US dollars; what has no price counts nothing.</param>
/// <param name="WithoutPrice">How many of them have no price.</param>
public sealed record RenderSum(long Count, decimal Cost, long WithoutPrice);

/// <summary>How a batch stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Counts">How many of its renders have each status; statuses that none has are left out.</param>
/// <param name="Cost">The sum of their list prices in US dollars; what has no price counts nothing.</param>
/// <param name="Spent">The same of those whose create was sent and not refused.</param>
/// <param name="WithoutPrice">How many have no price.</param>
/// <param name="Progress">0 to 100, over all of them.</param>
/// <param name="CreatedAt">When the first was handed in.</param>
/// <param name="UpdatedAt">When one of them changed last.</param>
public sealed record BatchSum(
    string Name, IReadOnlyDictionary<RenderStatus, long> Counts, decimal Cost, decimal Spent, long WithoutPrice, int Progress, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>How many renders it has.</summary>
    public long Count => Counts.Values.Sum();

    /// <summary>How many of them have not ended.</summary>
    public long Open => Counts.Where(status => status.Key.IsOpen()).Sum(status => status.Value);

    /// <summary>How many have this status.</summary>
    public long Of(RenderStatus status) => Counts.GetValueOrDefault(status);
}

/// <summary>Renders that stopped for the same cause.</summary>
/// <param name="Status">Failed or Parked.</param>
/// <param name="Cause">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="Spent">US dollars owed for those that the provider accepted.</param>
/// <param name="Oldest">When the first of them stopped.</param>
/// <param name="NextExpiry">When the next provider's copy of them that is not stored goes away; null if none is known to.</param>
public sealed record StoppedGroup(RenderStatus Status, RenderCause Cause, long Count, decimal Spent, DateTimeOffset Oldest, DateTimeOffset? NextExpiry);

/// <summary>How many renders ended in an hour, by how they ended.</summary>
/// <param name="Hour">Its begin, UTC.</param>
/// <param name="Status">Completed, Failed, Parked or Cancelled.</param>
/// <param name="Count">How many.</param>
public sealed record HourCount(DateTimeOffset Hour, RenderStatus Status, long Count);

/// <summary>How long one part of the way took for the newest completed renders.</summary>
/// <param name="Step">Create: enqueued to accepted by the provider. Poll: accepted to rendered. Download: rendered to downloaded. Upload: downloaded to stored. Record: stored to completed.</param>
/// <param name="Renders">How many renders were looked at.</param>
/// <param name="Median">Half of them took no longer.</param>
/// <param name="Percentile95">19 of 20 took no longer.</param>
public sealed record StepTime(RenderStep Step, int Renders, TimeSpan Median, TimeSpan Percentile95);

/// <summary>How long the provider renders, learnt from the newest completed renders.</summary>
/// <param name="Model">Of this model.</param>
/// <param name="Size">Of this size; null where the server chose it.</param>
/// <param name="Seconds">Of this length; null where the server chose it.</param>
/// <param name="Median">Half took no longer from accepted to rendered.</param>
/// <param name="Renders">How many it is learnt from.</param>
public sealed record RenderDuration(string Model, string? Size, int? Seconds, TimeSpan Median, int Renders);

/// <summary>What pages and reports ask of the rows. Reads only; each is quick at a million rows but for a text search.</summary>
public interface IRenderViews
{
    /// <summary>The most that <see cref="CountByStatusAsync"/> counts of each status.</summary>
    const int CountLimit = 10_000;

    /// <summary>How many of the newest renders of each status <see cref="CountByStatusAsync"/> looks at, when the filter says anything.</summary>
    const int LookLimit = 10_000;

    /// <summary>
    /// How many renders of each status fit the filter, whose own statuses do not matter; every status is there. Where not all could be looked at, there may be more than was counted.
    /// </summary>
    Task<IReadOnlyDictionary<RenderStatus, CappedCount>> CountByStatusAsync(RenderFilter filter, CancellationToken cancellationToken = default);

    /// <summary>How many renders fit the filter, and what they cost; looks at all of them, so for what is about to be done to all of them.</summary>
    Task<RenderSum> SumAsync(RenderFilter filter, CancellationToken cancellationToken = default);

    /// <summary>How the renders of a batch stand; null when there is none of this name.</summary>
    Task<BatchSum?> SumBatchAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Failed and parked renders by cause, the most urgent first: what expires next, then what has waited longest.</summary>
    Task<IReadOnlyList<StoppedGroup>> GroupStoppedAsync(CancellationToken cancellationToken = default);

    /// <summary>The renders that this one comes from and that come from it, by again and remix, over all generations, oldest first; with itself, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Render>> ListFamilyAsync(Guid id, int limit, CancellationToken cancellationToken = default);

    /// <summary>Renders that ended since then, by hour and outcome; hours without any are left out.</summary>
    Task<IReadOnlyList<HourCount>> CountEndedAsync(DateTimeOffset since, CancellationToken cancellationToken = default);

    /// <summary>Times of the steps of the newest completed renders, by their ledger events; what waited for a person does not count.</summary>
    /// <param name="renders">Of so many at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<StepTime>> MeasureStepsAsync(int renders, CancellationToken cancellationToken = default);

    /// <summary>How long the provider takes by model, size and length.</summary>
    /// <param name="renders">Learnt from so many of the newest completed renders at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<RenderDuration>> ListDurationsAsync(int renders, CancellationToken cancellationToken = default);

    /// <summary>How many renders the provider has and has not ended.</summary>
    Task<int> CountInFlightAsync(CancellationToken cancellationToken = default);

    /// <summary>The row that has been overdue longest and that nobody works on, or null when none was due before <paramref name="dueBefore"/>.</summary>
    Task<Render?> FindOldestOverdueAsync(DateTimeOffset dueBefore, CancellationToken cancellationToken = default);

    /// <summary>Models that renders have, by name.</summary>
    Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellationToken = default);

    /// <summary>A number that grows whenever a change of any render, or anything else on the ledger, becomes visible; to find out whether to look again.</summary>
    Task<long> LastChangeAsync(CancellationToken cancellationToken = default);
}
