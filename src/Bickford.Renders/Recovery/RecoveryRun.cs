using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Recovery;

/// <summary>Asks the store about every render that has not ended, and the provider's list about those that have no video; then puts the seals' copies in order, last, so that a recovery that was cut off is seen.</summary>
internal sealed class RecoveryRun(
    IRenderStore renders, IVideoStore store, CreateSearch search, ILedger ledger, RenderMachine machine, RenderOptions options, TimeProvider clock, ILedgerSeals? seals = null) : IRecovery
{
    private const int PageSize = 500;
    private const string Stream = "database";

    private static readonly RenderFilter NotEnded = new()
    {
        Statuses = [RenderStatus.Queued, RenderStatus.Rendering, RenderStatus.Storing, RenderStatus.Failed, RenderStatus.Parked],
    };

    private readonly SetBackSeals? _seals = seals is null ? null : new SetBackSeals(seals, store);

    public Task<bool> IsSetBackAsync(CancellationToken cancellationToken = default) => _seals?.AreThereAsync(cancellationToken) ?? Task.FromResult(false);

    public async Task<RecoverySum> RunAsync(DateTimeOffset? since, bool dryRun, Action<RecoveredRender> tell, CancellationToken cancellationToken = default)
    {
        var common = _seals is null ? null : await _seals.LastCommonAsync(cancellationToken);
        var from = SinceOf(since, common);
        var counts = Enum.GetValues<RecoveryOutcome>().ToDictionary(outcome => outcome, _ => 0);
        var sources = new Dictionary<Guid, string>();

        // Oldest first: what is remixed comes before its remixes.
        var (left, claimed) = (new List<Render>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var row in await ReadAsync(cancellationToken))
        {
            if (row is { Status: RenderStatus.Storing, Step: RenderStep.Record } || row.FilesDeletingAt is not null)
                continue; // it needs nothing, or nothing can be done
            if (await StoredRecord.FindAsync(store, row, cancellationToken) is { } record && (row.VideoId ?? record.VideoId) == record.VideoId && claimed.Add(record.VideoId))
            {
                if (!dryRun)
                    await CommitAsync(row, machine.FoundStored(row, record.VideoId, record.CreatedAt, record.Assets, from, clock.GetUtcNowMs()), cancellationToken);
                Tell(row, RecoveryOutcome.Stored, record.VideoId, null);
            }
            else if (row is { Step: RenderStep.Create, VideoId: null })
            {
                left.Add(row);
            }
        }

        var (creates, whole) = await SearchAsync(left, claimed, from, cancellationToken);
        // A create that the backup knows of is looked up by the worker itself.
        foreach (var row in left.Where(row => row.CreateSince is null))
            await DecideAsync(row, creates);

        var copies = _seals is null ? [] : await _seals.ListAsync(common, cancellationToken);
        IReadOnlyList<string> foreign = [.. creates.Left.Select(video => video.Id)];
        if (!dryRun)
            await CloseAsync(from, counts, copies, cancellationToken);
        return new RecoverySum(from, counts, foreign, whole, copies.Count);

        async Task DecideAsync(Render stale, ForgottenCreates creates)
        {
            var row = stale.RemixOf is { } source && stale.RemixVideoId is null
                ? stale with { RemixVideoId = sources.GetValueOrDefault(source) ?? (await renders.GetAsync(source, cancellationToken))?.VideoId }
                : stale;
            var now = clock.GetUtcNowMs();
            switch (creates.Decide(row, now))
            {
                case LookupDecision.Adopt adopt:
                    if (!dryRun)
                        await CommitAsync(row, machine.FoundAtProvider(row, adopt.Video, from, now), cancellationToken);
                    Tell(row, RecoveryOutcome.Adopted, adopt.Video.Id, null);
                    break;
                case LookupDecision.NotThere:
                    Tell(row, RecoveryOutcome.NotCreated, null, null);
                    break;
                case var unclear:
                    var why = unclear is LookupDecision.Park park ? park.Why : "it is too early to tell whether the provider made it";
                    if (!dryRun)
                        await CommitAsync(row, machine.Unclear(row, why, from, now), cancellationToken);
                    Tell(row, RecoveryOutcome.Unclear, null, why);
                    break;
            }
        }

        void Tell(Render row, RecoveryOutcome outcome, string? videoId, string? why)
        {
            if (videoId is not null)
                sources[row.Id] = videoId;
            counts[outcome]++;
            tell(new RecoveredRender(row.Id, outcome, videoId, why));
        }
    }

    private DateTimeOffset SinceOf(DateTimeOffset? since, LedgerSeal? common)
    {
        if (since > clock.GetUtcNow())
            throw new RenderRequestException("--since", LedgerHash.TimeText(since.Value), "a time in the past: when the backup was made, or before it");
        return (since, common?.SealedAt) switch
        {
            // A seal that both have is older than the backup, and what is said may be a slip.
            ({ } said, { } certain) => said < certain ? said : certain,
            ({ } said, null) => said,
            (null, { } certain) => certain,
            _ => throw new RenderRequestException("--since", null, "when the backup was made, or before it, such as 2026-01-31T04:00:00Z; no seal in the database has its copy in the store, which would tell"),
        };
    }

    private async Task<List<Render>> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = new List<Render>();
        Guid? before = null;
        while (true)
        {
            var page = await renders.ListAsync(NotEnded, before, PageSize, cancellationToken);
            rows.AddRange(page);
            if (page.Count < PageSize)
                break;
            before = page[^1].Id;
        }

        rows.Reverse();
        return rows;
    }

    private async Task<(ForgottenCreates Creates, bool Whole)> SearchAsync(List<Render> left, HashSet<string> claimed, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // The last worker may have stopped just now, and a list may show a video some time after its create.
        if (left.Exists(row => row.CreateSince is null))
            await Task.Delay(options.CreateSettle, clock, cancellationToken);
        var (recent, whole) = await ReadListAsync(since, cancellationToken);
        var owned = recent.Count == 0 ? new HashSet<string>() : await renders.FindOwnedVideoIdsAsync([.. recent.Select(video => video.Id)], cancellationToken);
        return (new ForgottenCreates(since, recent.Where(video => !owned.Contains(video.Id) && !claimed.Contains(video.Id)), whole, left), whole);
    }

    private async Task<(List<Video> Recent, bool Whole)> ReadListAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await search.ReadListAsync(since, cancellationToken);
            }
            catch (RequestDeferredException e)
            {
                await Task.Delay(e.After, clock, cancellationToken);
            }
        }
    }

    private async Task CommitAsync(Render row, Transition transition, CancellationToken cancellationToken)
    {
        var result = await renders.CommitAsync(transition.Next, row.Version, transition.Entries, cancellationToken);
        if (result != CommitResult.Committed)
            throw new RenderConflictException($"render {row.ShortId} was changed meanwhile ({result}); stop all workers of this database, and run it again");
    }

    private async Task CloseAsync(DateTimeOffset since, Dictionary<RecoveryOutcome, int> counts, IReadOnlyList<long> copies, CancellationToken cancellationToken)
    {
        var payload = new JsonObject { ["since"] = LedgerHash.TimeText(since), ["seals_set_aside"] = copies.Count };
        foreach (var (outcome, count) in counts)
            payload[outcome.ToString()] = count;
        await ledger.RecordAsync(Stream, "database.recovered", payload, null, cancellationToken);
        // From the end: as long as the first is there, the database is seen to be set back.
        foreach (var number in copies.Reverse())
            await _seals!.SetAsideAsync(number, cancellationToken);
    }
}
