using System.Runtime.CompilerServices;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Cleanup;

/// <summary>One run: takes what is due one by one, within its limits, and lets no failure of one stop the others.</summary>
/// <param name="dryRun">Deletes nothing.</param>
/// <param name="most">Deletions of each kind.</param>
/// <param name="keepLease">Called before each deletion; false ends the run.</param>
/// <param name="leftAlone">What failed lately and is not tried again yet; null tries everything.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Told of failures.</param>
internal sealed class CleanupRun(
    bool dryRun, int most, Func<CancellationToken, Task<bool>> keepLease, LeftAlone? leftAlone, TimeProvider clock, ILogger logger)
{
    // A provider or store that is down fails for every thing: the next run finds out whether it is back.
    private const int MostFailuresInARow = 3;

    // What is due by two rules is gone when the second comes to it; a dry run has to remember.
    private readonly HashSet<(CleanupKind, string)> _planned = [];

    /// <summary>True once another process has taken the lease.</summary>
    public bool Ended { get; private set; }

    public bool DryRun { get; } = dryRun;

    public async IAsyncEnumerable<CleanupItem> TakeAsync(IAsyncEnumerable<DueDeletion> due, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taken = new Dictionary<CleanupKind, int>();
        var failures = 0;
        await foreach (var one in due.WithCancellation(cancellationToken))
        {
            var kind = one.Item.Kind;
            if (leftAlone?.Has(one.Item, clock.GetUtcNow()) == true)
                continue;
            if (taken.GetValueOrDefault(kind) == most)
                yield break;
            if (DryRun && !_planned.Add((kind, one.Item.Name)))
                continue;
            Ended = Ended || !await keepLease(cancellationToken);
            if (Ended)
                yield break;

            var (item, threw) = await TakeAsync(one, cancellationToken);
            Report(item);
            yield return item;
            if (item.Outcome is CleanupOutcome.Planned or CleanupOutcome.Deleted)
                taken[kind] = taken.GetValueOrDefault(kind) + 1;
            failures = threw ? failures + 1 : 0;
            if (failures == MostFailuresInARow)
            {
                logger.LogWarning("Clean-up of kind {Kind} ends for now: it failed {Count} times in a row", kind, failures);
                yield break;
            }
        }
    }

    private async Task<(CleanupItem Item, bool Threw)> TakeAsync(DueDeletion due, CancellationToken cancellationToken)
    {
        try
        {
            if (await due.CheckAsync(cancellationToken) is { } speaksAgainst)
                return (due.Item with { Outcome = CleanupOutcome.Kept, Problem = speaksAgainst }, false);
            if (DryRun)
                return (due.Item, false);
            return await due.DeleteAsync(cancellationToken) is { } problem
                ? (due.Item with { Outcome = CleanupOutcome.Failed, Problem = problem }, false)
                : (due.Item with { Outcome = CleanupOutcome.Deleted }, false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RenderConflictException e)
        {
            return (due.Item with { Outcome = CleanupOutcome.Kept, Problem = e.Message }, false);
        }
        catch (RowStoreException e)
        {
            // The rows themselves cannot be reached: nothing can be written down either.
            throw e.InnerException ?? e;
        }
        catch (Exception e)
        {
            // The edge of one deletion: whatever it was, it says nothing about the next.
            logger.LogDebug(e, "{Kind} {Name}", due.Item.Kind, due.Item.Name);
            return (due.Item with { Outcome = CleanupOutcome.Failed, Problem = e.Message.ReplaceLineEndings(" ") }, true);
        }
    }

    private void Report(CleanupItem item)
    {
        if (item.Problem is null || DryRun)
            return;
        leftAlone?.Add(item, clock.GetUtcNow());
        logger.LogWarning("{Kind} {Name} is due ({Why}) and stays: {Problem}", item.Kind, item.Name, item.Why, item.Problem);
    }
}

/// <summary>What failed lately: left alone for some hours, so that a damaged file is not read again in every run. Forgotten with the process.</summary>
internal sealed class LeftAlone
{
    private const int Most = 10_000;
    private static readonly TimeSpan For = TimeSpan.FromHours(6);

    private readonly Dictionary<(CleanupKind, string), DateTimeOffset> _until = [];
    private readonly Lock _lock = new();

    public bool Has(CleanupItem item, DateTimeOffset now)
    {
        lock (_lock)
            return _until.TryGetValue((item.Kind, item.Name), out var until) && until > now;
    }

    public void Add(CleanupItem item, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_until.Count >= Most)
                _until.Clear();
            _until[(item.Kind, item.Name)] = now + For;
        }
    }
}
