using System.Runtime.CompilerServices;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Staging;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Cleanup;

/// <summary>Runs the clean-up: one kind after the other, under a lease so that it is done once.</summary>
internal sealed class CleanupRunner : ICleanup
{
    private const string Work = "cleanup";

    // One deletion may wait for a pause of the provider, and read a long file.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(1);

    private readonly IUpkeepLease _lease;
    private readonly RenderOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<CleanupRunner> _logger;
    private readonly LeftAlone _leftAlone = new();
    private readonly (CleanupKind Kind, Func<CancellationToken, IAsyncEnumerable<DueDeletion>> Find)[] _kinds;

    public CleanupRunner(
        IRenderStore store, IVideoStore videos, IVideosApi api, StagingLeftovers staging, RenderOptions options, TimeProvider clock, ILogger<CleanupRunner> logger,
        ICleanupStore? renders = null, ILedger? ledger = null, IUpkeepLease? lease = null)
    {
        (_lease, _options, _clock, _logger) = (lease ?? new ProcessLease(clock), options, clock, logger);
        var leftovers = new Leftovers(staging, videos);
        // Over a row store of somebody else's that cannot be asked for them, renders and their files stay.
        if (renders is null)
        {
            _kinds = [(CleanupKind.Leftover, leftovers.FindAsync)];
            return;
        }

        var (rows, requests) = (new CleanupRows(store), new CleanupRequests(api, options, clock));
        var providerCopies = new ProviderCopies(renders, rows, videos, requests, options.Retention, clock);
        var files = new StoredFiles(renders, store, rows, providerCopies, videos, options.Retention, clock);
        _kinds =
        [
            (CleanupKind.ProviderCopy, new BegunDeletions(renders, providerCopies, files).FindAsync),
            (CleanupKind.ProviderCopy, providerCopies.FindAsync),
            (CleanupKind.Files, files.FindAsync),
            (CleanupKind.ForeignVideo, new ForeignVideos(renders, store, requests, options.Retention, clock, ledger).FindAsync),
            (CleanupKind.Leftover, leftovers.FindAsync),
        ];
    }

    public async IAsyncEnumerable<CleanupItem> RunAsync(bool dryRun, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var owner = NewOwner();
        if (!dryRun && !await _lease.TryTakeAsync(Work, owner, Lease, TimeSpan.Zero, cancellationToken))
            throw new RenderConflictException("another clean-up is under way; wait for its end, or look with --dry-run");
        try
        {
            await foreach (var item in ItemsAsync(NewRun(dryRun, owner, leftAlone: null), cancellationToken))
                yield return item;
        }
        finally
        {
            if (!dryRun)
                await ReleaseAsync(owner);
        }
    }

    public async Task<int> RunIfDueAsync(CancellationToken cancellationToken = default)
    {
        var owner = NewOwner();
        // A little less than the interval, so that a process that asks on time is not told to come back.
        if (!await _lease.TryTakeAsync(Work, owner, Lease, _options.Retention.Every * 0.9, cancellationToken))
            return 0;
        try
        {
            var deleted = new Dictionary<CleanupKind, int>();
            await foreach (var item in ItemsAsync(NewRun(dryRun: false, owner, _leftAlone), cancellationToken))
            {
                if (item.Outcome == CleanupOutcome.Deleted)
                    deleted[item.Kind] = deleted.GetValueOrDefault(item.Kind) + 1;
            }

            if (deleted.Count > 0)
                _logger.LogInformation("Clean-up deleted {Deleted}", string.Join(", ", deleted.Select(kind => $"{kind.Key}: {kind.Value}")));
            return deleted.Values.Sum();
        }
        finally
        {
            await ReleaseAsync(owner);
        }
    }

    private async IAsyncEnumerable<CleanupItem> ItemsAsync(CleanupRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (kind, find) in _kinds)
        {
            string? problem = null;
            await using var items = run.TakeAsync(find(cancellationToken), cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(items))
                yield return items.Current;
            if (problem is not null)
                yield return new CleanupItem(kind, "(all)", "what is due could not be found out", CleanupOutcome.Failed) { Problem = problem };
            if (run.Ended)
                yield break;

            // A provider that gives no list must not keep files that are due.
            async Task<bool> NextAsync(IAsyncEnumerator<CleanupItem> enumerator)
            {
                try
                {
                    return await enumerator.MoveNextAsync();
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    problem = e.Message.ReplaceLineEndings(" ");
                    _logger.LogWarning("Clean-up could not find out what is due ({Kind}): {Problem}", kind, problem);
                    _logger.LogDebug(e, "Clean-up");
                    return false;
                }
            }
        }
    }

    private CleanupRun NewRun(bool dryRun, string owner, LeftAlone? leftAlone)
    {
        var renewed = _clock.GetTimestamp();
        return new CleanupRun(dryRun, _options.Retention.MaxDeletions, KeepLeaseAsync, leftAlone, _clock, _logger);

        async Task<bool> KeepLeaseAsync(CancellationToken cancellationToken)
        {
            if (dryRun || _clock.GetElapsedTime(renewed) < RenewAfter)
                return true;
            renewed = _clock.GetTimestamp();
            return await _lease.RenewAsync(Work, owner, Lease, cancellationToken);
        }
    }

    private async Task ReleaseAsync(string owner)
    {
        try
        {
            await _lease.ReleaseAsync(Work, owner, CancellationToken.None);
        }
        catch (Exception e)
        {
            // It runs out by itself.
            _logger.LogDebug(e, "The lease of the clean-up could not be given back");
        }
    }

    private string NewOwner() => $"{_options.NodeName}/{Guid.CreateVersion7(_clock.GetUtcNow()):N}";
}
