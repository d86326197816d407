namespace Bickford.Renders.Simulator;

/// <summary>The videos of a simulated server: every accepted create in order, and what is left of them. Safe for use by many threads.</summary>
public sealed class VideoLibrary
{
    /// <summary>How long a cancelled video of a server that cancels on DELETE lingers.</summary>
    internal static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly SimulatorOptions options;
    private readonly List<SimulatedVideo> creates = [];
    private readonly List<SimulatedVideo> deleted = [];
    private readonly Dictionary<string, SimulatedVideo> current = [];

    // By creation time, then ordinal: what lists page through. Removed videos keep their place in `places`, so that a page can start after them.
    private readonly SortedList<Place, string> listed = [];
    private readonly Dictionary<string, Place> places = [];
    private long foreigners;

    internal VideoLibrary(SimulatorOptions options) => this.options = options;

    /// <summary>Every accepted create in order, remixes, edits and extensions included, deleted and lost ones too: each was billed.</summary>
    public IReadOnlyList<SimulatedVideo> Creates
    {
        get
        {
            lock (gate)
                return [.. creates];
        }
    }

    /// <summary>How many creates were accepted.</summary>
    public int CreateCount
    {
        get
        {
            lock (gate)
                return creates.Count;
        }
    }

    /// <summary>The videos that exist now, oldest first.</summary>
    public IReadOnlyList<SimulatedVideo> Current
    {
        get
        {
            lock (gate)
                return [.. listed.Values.Select(id => current[id]).Where(Exists)];
        }
    }

    /// <summary>Videos that callers deleted, in that order.</summary>
    public IReadOnlyList<SimulatedVideo> Deleted
    {
        get
        {
            lock (gate)
                return [.. deleted];
        }
    }

    /// <summary>The video with this id, or null.</summary>
    public SimulatedVideo? Find(string id)
    {
        lock (gate)
            return current.TryGetValue(id, out var video) && Exists(video) ? video : null;
    }

    /// <summary>Adds a video that somebody else created on the same account. It is not among <see cref="Creates"/>.</summary>
    /// <param name="prompt">Its prompt.</param>
    /// <param name="model">Its model.</param>
    /// <param name="size">WIDTHxHEIGHT.</param>
    /// <param name="seconds">Its length.</param>
    /// <param name="createdAt">When it was created; now if null.</param>
    /// <param name="remixedFromVideoId">The video it was made from.</param>
    public SimulatedVideo AddForeign(
        string prompt, string model = "sora-2", string size = "720x1280", int seconds = 4, DateTimeOffset? createdAt = null, string? remixedFromVideoId = null)
    {
        lock (gate)
        {
            var order = new VideoOrder(prompt, model, size, seconds) { RemixedFromVideoId = remixedFromVideoId };
            return Insert(order, --foreigners, createdAt ?? options.Clock.GetUtcNow(), VideoFate.Ordinary);
        }
    }

    /// <summary>Forgets a video, as a provider that lost it: 404 from now on, and no list shows it.</summary>
    /// <returns>False where there is no such video.</returns>
    public bool Forget(string id)
    {
        lock (gate)
            return Remove(id) is not null;
    }

    internal SimulatedVideo Accept(VideoOrder order, IReadOnlyList<FaultRule> marks)
    {
        lock (gate)
        {
            var video = Insert(order, creates.Count + 1, options.Clock.GetUtcNow(), VideoFate.From(VideoFate.Ordinary, marks));
            creates.Add(video);
            if (video.Fate.Lost)
                Remove(video.Id);
            return video;
        }
    }

    /// <summary>Marks a video by faults.</summary>
    /// <returns>The marked video, or null where it no longer exists.</returns>
    internal SimulatedVideo? Mark(string id, IReadOnlyList<FaultRule> marks)
    {
        lock (gate)
        {
            if (Find(id) is not { } video)
                return null;
            video = video with { Fate = VideoFate.From(video.Fate, marks) };
            current[id] = video;
            return video.Fate.Lost && Remove(id) is not null ? null : video;
        }
    }

    internal bool Delete(string id)
    {
        lock (gate)
        {
            if (Remove(id) is not { } video)
                return false;
            deleted.Add(video);
            return true;
        }
    }

    /// <summary>Starts to cancel a video, which is gone a moment later.</summary>
    /// <returns>False where it is being cancelled already, or does not exist.</returns>
    internal bool Cancel(string id)
    {
        lock (gate)
        {
            if (Find(id) is not { GoneAt: null } video)
                return false;
            current[id] = video with { GoneAt = options.Clock.GetUtcNow() + CancelTime };
            deleted.Add(video);
            return true;
        }
    }

    /// <summary>A page of the list; null where <paramref name="after"/> was never an id here.</summary>
    internal (IReadOnlyList<SimulatedVideo> Videos, bool HasMore)? Page(int limit, ListOrder order, string? after)
    {
        lock (gate)
        {
            var step = order == ListOrder.Ascending ? 1 : -1;
            var index = step > 0 ? 0 : listed.Count - 1;
            if (after is not null)
            {
                if (!places.TryGetValue(after, out var place))
                    return null;
                var (at, found) = Seek(place);
                index = step > 0 ? (found ? at + 1 : at) : at - 1;
            }

            var shownUntil = options.Clock.GetUtcNow() - options.ListDelay;
            var videos = new List<SimulatedVideo>(Math.Min(limit, 100) + 1);
            for (; index >= 0 && index < listed.Count && videos.Count <= limit; index += step)
            {
                var video = current[listed.GetValueAtIndex(index)];
                if (video.CreatedAt <= shownUntil && Exists(video))
                    videos.Add(video);
            }

            var hasMore = videos.Count > limit;
            return (hasMore ? videos[..limit] : videos, hasMore);
        }
    }

    private bool Exists(SimulatedVideo video) => video.GoneAt is not { } gone || options.Clock.GetUtcNow() < gone;

    private SimulatedVideo Insert(VideoOrder order, long ordinal, DateTimeOffset createdAt, VideoFate fate)
    {
        var video = new SimulatedVideo
        {
            Id = VideoIds.Make(options.Dialect, options.Seed, ordinal, order.Model),
            Ordinal = ordinal,
            Model = order.Model,
            Prompt = order.Prompt,
            Size = order.Size,
            Seconds = order.Seconds,
            CreatedAt = createdAt,
            ReferenceSha256 = order.ReferenceSha256,
            RemixedFromVideoId = order.RemixedFromVideoId,
            QueueTime = options.QueueTime.At(Draws.Fraction(options.Seed, ordinal, "queue time")),
            RenderTime = options.RenderTime.At(Draws.Fraction(options.Seed, ordinal, "render time")),
            Fate = fate,
        };
        var place = new Place(createdAt, ordinal);
        current.Add(video.Id, video);
        listed.Add(place, video.Id);
        places.Add(video.Id, place);
        return video;
    }

    private SimulatedVideo? Remove(string id)
    {
        if (!current.Remove(id, out var video))
            return null;
        listed.Remove(places[id]);
        return Exists(video) ? video : null;
    }

    private (int Index, bool Found) Seek(Place place)
    {
        var (low, high) = (0, listed.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = listed.GetKeyAtIndex(middle).CompareTo(place);
            if (order == 0)
                return (middle, true);
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return (low, false);
    }

    private readonly record struct Place(DateTimeOffset CreatedAt, long Ordinal) : IComparable<Place>
    {
        public int CompareTo(Place other) =>
            CreatedAt.CompareTo(other.CreatedAt) is not 0 and var order ? order : Ordinal.CompareTo(other.Ordinal);
    }
}

/// <summary>A create that passed every check.</summary>
internal sealed record VideoOrder(string Prompt, string Model, string Size, int Seconds)
{
    public string? ReferenceSha256 { get; init; }

    public string? RemixedFromVideoId { get; init; }
}
