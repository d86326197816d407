using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Steps;

/// <summary>Gathers what the provider's list and our rows say about a create whose answer was lost.</summary>
internal sealed class CreateSearch(IVideosApi api, IRenderStore store, TimeProvider clock)
{
    private const int MaxPages = 200;

    // More candidates than this say nothing about one render, and would only fill the memory.
    private const int MaxRecent = 20_000;

    // created_at and Date are whole seconds, and the intent may be by the clock of another worker, which differs from ours.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    public async Task<LookupEvidence> FindAsync(Render row, CancellationToken token)
    {
        var (recent, readPast) = await ReadListAsync(row.CreateSince ?? row.CreateStartedAt ?? row.CreatedAt, token);
        var rivals = await store.ListOpenCreatesAsync(row.Prompt, row.Model, token);
        // Owners are read after the list: a video that was claimed in between is seen as claimed.
        var owned = recent.Count == 0
            ? new HashSet<string>()
            : await store.FindOwnedVideoIdsAsync([.. recent.Select(v => v.Id)], token);
        return new LookupEvidence([.. recent.Where(v => !owned.Contains(v.Id))], readPast, rivals);
    }

    /// <summary>What the provider's list has since a time, and whether it was read back to it.</summary>
    public async Task<(List<Video> Recent, bool ReadPast)> ReadListAsync(DateTimeOffset since, CancellationToken token)
    {
        var recent = new Dictionary<string, Video>();
        var positions = new HashSet<string>(StringComparer.Ordinal);
        DateTimeOffset? first = null;
        DateTimeOffset? last = null;
        var descending = true;
        string? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = await PageAsync(after, token);
            if (answer is null)
                return ([.. recent.Values], false);
            var edge = EdgeOf(since, answer.ServerTime);
            foreach (var video in answer.Videos)
            {
                descending &= last is null || video.CreatedAt is null || video.CreatedAt <= last;
                first ??= video.CreatedAt;
                last = video.CreatedAt ?? last;
                if (video.CreatedAt is null || video.CreatedAt >= edge)
                    recent[video.Id] = video;
            }

            if (answer.NextAfter is null)
                return ([.. recent.Values], true);
            // Past the intent, newest first. A server that does not heed the order begins with its oldest, which proves nothing.
            if (descending && last < first && last < edge)
                return ([.. recent.Values], true);
            if (recent.Count > MaxRecent || !positions.Add(answer.NextAfter))
                break; // without end, or it does not heed the position either
            after = answer.NextAfter;
        }

        return ([.. recent.Values], false);
    }

    // The intent on the provider's clock, or on ours, whichever is earlier: a Date that is ahead of created_at, as a gateway's may be, would make our own video look too old to be it.
    private DateTimeOffset EdgeOf(DateTimeOffset since, DateTimeOffset? server)
    {
        var behind = server is { } time ? clock.GetUtcNow() - time : TimeSpan.Zero;
        return since - (behind > TimeSpan.Zero ? behind : TimeSpan.Zero) - Slack;
    }

    private async Task<VideoPage?> PageAsync(string? after, CancellationToken token)
    {
        try
        {
            return await api.ListPageAsync(VideoOrder.Descending, after, 100, token);
        }
        catch (VideosApiException e) when (e.Fault is VideosFault.NotSupported or VideosFault.NotFound or VideosFault.InvalidRequest)
        {
            return null; // a server without a list proves nothing
        }
    }
}
