using System.Collections.Concurrent;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>
/// What this process has learnt of how long renders take, by model, size and length. The rows are what it is learnt from, so that it outlives the process and all processes learn
/// the same; a plan is kept for a while, for times change slowly.
/// </summary>
internal sealed class LearntTimes(IRenderStore store, RenderOptions options, TimeProvider clock, ILogger<LearntTimes> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private const int MostKinds = 1_000;

    private readonly ConcurrentDictionary<(string Model, string? Size, int? Seconds), Learnt> _learnt = new();

    /// <summary>When to look at this render; null where too few like it are known, and when the rows cannot be read: a look is not worth failing for that.</summary>
    public async Task<LookPlan?> PlanForAsync(Render row, CancellationToken token)
    {
        if (!options.Poll.Learns)
            return null;
        var kind = (row.Model, row.Size, row.Seconds);
        if (_learnt.TryGetValue(kind, out var learnt) && clock.GetElapsedTime(learnt.At) < Fresh)
            return learnt.Plan;
        try
        {
            var at = clock.GetTimestamp();
            var times = await store.ListTimesAsync(row.Model, row.Size, row.Seconds, LookPlan.MostRenders, token);
            if (_learnt.Count >= MostKinds)
                _learnt.Clear();
            var plan = LookPlan.Learn(times, options.Poll.Looks);
            _learnt[kind] = new Learnt(plan, at);
            return plan;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogDebug(e, "The times of renders cannot be read");
            return learnt?.Plan;
        }
    }

    private sealed record Learnt(LookPlan? Plan, long At);
}
