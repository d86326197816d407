using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Cleanup;

/// <summary>
/// Videos at the provider that no render owns. Deletions are on the ledger's stream <c>library</c>: one event before, one after. The provider's list is read to its end before the
/// first is deleted, because its positions are the ids of videos.
/// </summary>
internal sealed class ForeignVideos(
    ICleanupStore renders, IRenderStore store, CleanupRequests provider, RetentionOptions options, TimeProvider clock, ILedger? ledger = null)
{
    private const string Stream = "library";

    private volatile bool _impossible;

    public async IAsyncEnumerable<DueDeletion> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.ForeignAfter is null || ledger is null || _impossible)
            yield break;
        foreach (var due in await ListDueAsync(cancellationToken))
        {
            if (!_impossible)
                yield return due;
        }
    }

    private async Task<List<DueDeletion>> ListDueAsync(CancellationToken cancellationToken)
    {
        var creates = await OpenCreates.ListAsync(renders, cancellationToken);
        var due = new List<DueDeletion>();
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var page in new ProviderPages(provider, clock).ReadAsync(cancellationToken))
        {
            var now = clock.GetUtcNow();
            var ahead = page.ServerTime is { } server ? server - now : TimeSpan.Zero;
            // Asked after the list: what was claimed meanwhile is seen as claimed.
            var owned = page.Videos.Count == 0 ? new HashSet<string>() : await store.FindOwnedVideoIdsAsync([.. page.Videos.Select(video => video.Id)], cancellationToken);
            foreach (var video in page.Videos.Where(video => !owned.Contains(video.Id)))
            {
                var decision = RetentionPolicy.ForeignVideo(video, options, creates, now, ahead);
                if (decision.Delete && due.Count < options.MaxDeletions && found.Add(video.Id))
                    due.Add(Due(Facts(video), video.CreatedAt!.Value, ahead, decision.Why));
            }

            if (due.Count == options.MaxDeletions)
                break;
        }

        return due;
    }

    private DueDeletion Due(JsonObject facts, DateTimeOffset createdAt, TimeSpan ahead, string why)
    {
        var id = facts["video_id"]!.GetValue<string>();
        return new DueDeletion(
            new CleanupItem(CleanupKind.ForeignVideo, id, why, CleanupOutcome.Planned),
            token => ProblemAsync(id, createdAt, ahead, token),
            token => DeleteAsync(id, facts, why, token));
    }

    // The list may have been read an hour ago: somebody may have adopted the video since, or a create of that time may have lost its answer.
    private async Task<string?> ProblemAsync(string id, DateTimeOffset createdAt, TimeSpan ahead, CancellationToken cancellationToken)
    {
        if ((await store.FindOwnedVideoIdsAsync([id], cancellationToken)).Count > 0)
            return "a render owns it by now";
        return (await OpenCreates.ListAsync(renders, cancellationToken)).Any(create => create.MayHaveMade(createdAt, ahead))
            ? "it may be what a render asked for, whose create has no clear answer"
            : null;
    }

    private async Task<string?> DeleteAsync(string id, JsonObject facts, string why, CancellationToken cancellationToken)
    {
        await RecordAsync("video.deleting", id, facts, why, cancellationToken);
        try
        {
            if (!await provider.AskAsync(api => api.DeleteAsync(id, cancellationToken), cancellationToken))
                return "the provider refuses to delete it";
        }
        catch (VideosApiException e) when (e.Fault == VideosFault.NotSupported)
        {
            _impossible = true;
            return $"the provider cannot delete videos ({e.Message}); set Retention:ForeignAfter to off";
        }

        await RecordAsync("video.deleted", id, facts, why, CancellationToken.None);
        return null;
    }

    private Task<LedgerEvent> RecordAsync(string type, string id, JsonObject facts, string why, CancellationToken cancellationToken)
    {
        var payload = (JsonObject)facts.DeepClone();
        payload["why"] = why;
        return ledger!.RecordAsync(Stream, type, payload, LedgerHash.EventIdOf(Stream, id, type), cancellationToken);
    }

    // Not the prompt: it is somebody else's.
    private static JsonObject Facts(Video video) => new()
    {
        ["video_id"] = video.Id,
        ["provider_status"] = video.StatusText,
        ["model"] = video.Model,
        ["size"] = video.Size,
        ["seconds"] = video.Seconds,
        ["created_at"] = video.CreatedAt is { } created ? LedgerHash.TimeText(created) : null,
    };
}
