using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Steps;

/// <summary>
/// Answers looks at several renders with pages of the provider's list. A page may begin anywhere: after the next newer video that is ours and on its way. Where a server has no
/// list, its pages answer next to nothing, or a look finds a video done that the list calls unfinished, the list is left alone for a while.
/// </summary>
internal sealed class LookPages(IVideosApi api, IRenderStore store, TimeProvider clock)
{
    // A page that answers fewer looks than this is no cheaper than looking at each.
    private const int Worth = 2;

    // A list is given up when its pages have answered so many fewer than they were worth; what good ones answered more counts for it, up to a limit.
    private const int MostDebt = 3 * Worth;
    private const int MostCredit = 10 * Worth;
    private static readonly TimeSpan WithoutList = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterPoorPages = TimeSpan.FromMinutes(5);

    // One in so many answers of the list is checked with a look of its own.
    private const int CheckEvery = 16;

    private readonly Lock _lock = new();
    private long _offSince;
    private TimeSpan _off;
    private int _credit;
    private int _unchecked;
    private int _behind;

    /// <summary>False while looks are better taken one by one.</summary>
    public bool AreWorthwhile
    {
        get
        {
            lock (_lock)
                return _off == TimeSpan.Zero || clock.GetElapsedTime(_offSince) >= _off;
        }
    }

    /// <summary>What the list says about these renders, by video id; those it does not mention, or about which only a look of its own says all, are left out.</summary>
    /// <exception cref="VideosApiException">The provider asks to slow down: that concerns all of them.</exception>
    public async Task<IReadOnlyDictionary<string, Video>> AskAsync(IReadOnlyList<Render> rows, CancellationToken token)
    {
        var wanted = rows.Select(PollStep.VideoIdOf).ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, Video>(StringComparer.Ordinal);
        var after = await store.FindNewerVideoAsync(LookWakeUps.InOrder(rows).Last().Id, token);
        for (var pages = 0; wanted.Count >= Worth && pages <= rows.Count / Worth; pages++)
        {
            VideoPage page;
            try
            {
                page = await api.ListPageAsync(VideoOrder.Descending, after, LookWakeUps.PageSize, token);
            }
            catch (VideosApiException e) when (after is not null && e.Fault is VideosFault.NotFound or VideosFault.InvalidRequest)
            {
                // It may not know the video any more after which the page was to begin.
                after = null;
                continue;
            }
            catch (VideosApiException e) when (e.Fault != VideosFault.RateLimit)
            {
                // What the list is refused for, or ails from, is nothing that a render did: a key may look and not list. Each look says for itself how its video is.
                TurnOff(e.Fault is VideosFault.Unavailable or VideosFault.BadAnswer ? AfterPoorPages : WithoutList);
                break;
            }

            var answered = page.Videos.Count(video => wanted.Remove(video.Id) && (!SaysAll(video) || found.TryAdd(video.Id, video)));
            Count(answered);
            if (answered < Worth || page.NextAfter is null)
                break;
            after = page.NextAfter;
        }

        return found.Count > 0 && IsToBeChecked() && !await HoldsAsync(rows, found, token) ? new Dictionary<string, Video>() : found;
    }

    /// <summary>Looks at the oldest video that the list calls unfinished. A list that lags for good would hold up all of them.</summary>
    private async Task<bool> HoldsAsync(IReadOnlyList<Render> rows, Dictionary<string, Video> found, CancellationToken token)
    {
        var oldest = rows.Where(row => found.TryGetValue(PollStep.VideoIdOf(row), out var video) && video.Status != VideoStatus.Completed).MinBy(row => row.Id);
        if (oldest is null)
            return true;
        Video looked;
        try
        {
            looked = await api.GetAsync(PollStep.VideoIdOf(oldest), token);
        }
        catch (VideosApiException e) when (e.Fault != VideosFault.RateLimit)
        {
            // It says nothing about the list, nor about any other render: its own look comes to it again.
            found.Remove(PollStep.VideoIdOf(oldest));
            return true;
        }

        found[PollStep.VideoIdOf(oldest)] = looked;
        lock (_lock)
        {
            if (looked.Status is VideoStatus.Unknown or VideoStatus.Queued or VideoStatus.InProgress)
            {
                _behind = 0;
                return true;
            }

            // It may have ended a moment ago: that is why the list is not given up for one, but the next answer is checked too.
            _unchecked = 0;
            if (++_behind < 2)
                return false;
        }

        TurnOff(WithoutList);
        return false;
    }

    private bool IsToBeChecked()
    {
        lock (_lock)
        {
            if (_unchecked-- > 0)
                return false;
            _unchecked = CheckEvery - 1;
            return true;
        }
    }

    // Why one failed, and that one is gone for good, only its own look says.
    private static bool SaysAll(Video video) => video.Status is VideoStatus.Queued or VideoStatus.InProgress or VideoStatus.Completed;

    private void Count(int answered)
    {
        lock (_lock)
        {
            _credit = Math.Min(_credit + answered - Worth, MostCredit);
            if (_credit > -MostDebt)
                return;
        }

        TurnOff(AfterPoorPages);
    }

    private void TurnOff(TimeSpan time)
    {
        lock (_lock)
            (_off, _offSince, _credit, _behind, _unchecked) = (time, clock.GetTimestamp(), 0, 0, 0);
    }
}
