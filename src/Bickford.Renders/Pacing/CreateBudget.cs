using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Pacing;

/// <summary>What may be spent on creates (<see cref="BudgetOptions"/>). The rows are summed up, nothing is set aside, so that nothing is lost with a worker.</summary>
internal sealed class CreateBudget(ISpending? spending, RenderOptions options, TimeProvider clock, ILogger<CreateBudget> logger)
{
    private const int Batch = 100;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private Dictionary<SpendLimit, decimal>? _spent;
    private long _looked;

    /// <summary>Why this render's create would go beyond a limit, as far as can be told before its intent is committed, which decides; null where it would not.</summary>
    public async Task<string?> WhyNotAsync(Render row, CancellationToken cancellationToken)
    {
        if (spending is null || !options.Budget.IsSet)
            return null;
        foreach (var limit in SpendLimit.Of(row.Tags, options.Budget, clock.GetUtcNow()))
        {
            var spent = await spending.SumSpentAsync(limit.Since, limit.Tag, row.Id, cancellationToken);
            if (limit.WhyNot(spent.Cost, row.Cost) is { } why)
                return why;
        }

        return null;
    }

    /// <summary>Lets go on what was parked and has room now, in order; what needs more than there is does not hold up the others. Two that do so at once do no harm: the intents decide.</summary>
    /// <param name="resume">Lets a render go on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ResumeAsync(Func<Guid, Task> resume, CancellationToken cancellationToken)
    {
        // Also without limits: once, for those that were parked under the limits before.
        if (spending is null || (!options.Budget.IsSet && _spent is { Count: 0 }))
            return;
        var spent = (await spending.SumBudgetsAsync(options.Budget, clock.GetUtcNow(), cancellationToken)).ToDictionary(sum => sum.Limit, sum => sum.Spent.Cost);
        // Whoever is parked found no room a moment ago: they are looked through when there is more, and now and then, for what was given back between two looks.
        var hasMore = _spent is null || _spent.Count != spent.Count || spent.Any(limit => !_spent.TryGetValue(limit.Key, out var before) || limit.Value < before);
        var sums = new Dictionary<SpendLimit, decimal>(spent);
        if (hasMore || clock.GetElapsedTime(_looked) >= LookEvery)
        {
            await LookThroughAsync(spent, resume, cancellationToken);
            _looked = clock.GetTimestamp();
        }

        _spent = sums;
    }

    private async Task LookThroughAsync(Dictionary<SpendLimit, decimal> spent, Func<Guid, Task> resume, CancellationToken cancellationToken)
    {
        IReadOnlyList<Render> page = [];
        do
        {
            page = await spending!.ListParkedForBudgetAsync(page.Count == 0 ? null : page[^1], Batch, cancellationToken);
            foreach (var row in page)
                await ResumeWithinAsync(row, spent, resume);
        }
        while (page.Count == Batch);
    }

    private async Task ResumeWithinAsync(Render row, Dictionary<SpendLimit, decimal> spent, Func<Guid, Task> resume)
    {
        var limits = SpendLimit.Of(row.Tags, options.Budget, clock.GetUtcNow());
        // One that begins just now, with the day, has its turn in the next run.
        if (limits.Any(limit => !spent.TryGetValue(limit, out var before) || limit.WhyNot(before, row.Cost) is not null))
            return;
        foreach (var limit in limits)
            spent[limit] += row.Cost ?? 0;
        await ResumeAsync(row, resume);
    }

    private async Task ResumeAsync(Render row, Func<Guid, Task> resume)
    {
        try
        {
            await resume(row.Id);
            logger.LogInformation("{Render}: there is room in the budget again", row.ShortId);
        }
        catch (RenderConflictException e)
        {
            // Another process, or a person, was first.
            logger.LogDebug("{Render}: {Why}", row.ShortId, e.Message);
        }
    }
}
