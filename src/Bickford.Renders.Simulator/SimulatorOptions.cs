using System.Net;

namespace Bickford.Renders.Simulator;

/// <summary>How a simulated server behaves. The defaults suit a test: loopback, a free port, no key, renders of 2 to 4 seconds.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Where to listen: http, an IP address or localhost, and a port. Port 0 takes a free one (not with localhost).</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:0");

    /// <summary>The key callers must present; null lets everybody in.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Ids, render times and fault draws depend on this and on the ordinal of the create, on nothing else. Two runs with the same seed give out the same
    /// ids: a caller that remembers ids across runs needs another seed for each.
    /// </summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long a video stays queued.</summary>
    public TimeRange QueueTime { get; init; } = TimeSpan.Zero;

    /// <summary>How long a video renders once it is no longer queued.</summary>
    public TimeRange RenderTime { get; init; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));

    /// <summary>How long content can be fetched after completion; told as <c>expires_at</c>, 404 afterwards.</summary>
    public TimeSpan ContentLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whose habits to take on.</summary>
    public Dialect Dialect { get; init; }

    /// <summary>
    /// Length of every MP4 in bytes, reached by a <c>free</c> box that is made while it is sent. Never shorter than the clip
    /// itself with the small <c>free</c> box that names its video (about 20 KB); 0 pads nothing.
    /// </summary>
    public long ContentBytes { get; init; }

    /// <summary>Requests a minute before answers turn 429; 0 is unlimited.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>Told as <c>openai-poll-after-ms</c> on answers about one video; null tells nothing.</summary>
    public TimeSpan? PollAfter { get; init; }

    /// <summary>What can be rendered; null is what a server of the <see cref="Dialect"/> offers.</summary>
    public ModelCatalogue? Models { get; init; }

    /// <summary>The clock that renders, expiry and rate limits go by. Delays on the wire (hang, slow, stall) pass in real time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>False: a server that never gives a prompt back.</summary>
    public bool ListsPrompts { get; init; } = true;

    /// <summary>How long after its creation a video first shows up in lists.</summary>
    public TimeSpan ListDelay { get; init; }

    /// <summary>The order every list has, whatever the caller asks for; null obeys the caller.</summary>
    public ListOrder? FixedListOrder { get; init; }

    /// <summary>False: content requests with a Range are answered whole, with 200.</summary>
    public bool SupportsRange { get; init; } = true;

    /// <summary>Render clips that show their prompt, where <c>ffmpeg</c> is on the PATH.</summary>
    public bool DrawPrompt { get; init; }

    /// <summary>Fault rules to start with.</summary>
    public IReadOnlyList<FaultRule> Faults { get; init; } = [];

    private static TimeSpan LongestTime { get; } = TimeSpan.FromDays(36500);

    internal ModelCatalogue Catalogue => Models ?? ModelCatalogue.For(Dialect);

    /// <summary>Says what is wrong with these options, or null.</summary>
    internal string? Problem()
    {
        if (Url is not { IsAbsoluteUri: true, Scheme: "http", PathAndQuery: "/" })
            return $"Url '{Url}' must be http://HOST:PORT without a path.";

        // Kestrel would take any other name for "all addresses".
        if (Url.Host != "localhost" && !IPAddress.TryParse(Url.Host, out _))
            return $"The host '{Url.Host}' must be an IP address (0.0.0.0 for all) or localhost.";
        if (Url is { Host: "localhost", Port: 0 })
            return "A free port needs an IP address such as 127.0.0.1 in the place of localhost.";
        if (ApiKey is not null && string.IsNullOrWhiteSpace(ApiKey))
            return "ApiKey is empty. Leave it out to let everybody in.";
        if (!QueueTime.IsValid || !RenderTime.IsValid)
            return "QueueTime and RenderTime must be 0 or more, the upper bound not below the lower.";
        if (ContentLifetime < TimeSpan.Zero || ListDelay < TimeSpan.Zero || PollAfter < TimeSpan.Zero)
            return "ContentLifetime, ListDelay and PollAfter must be 0 or more.";
        if (new[] { QueueTime.Max, RenderTime.Max, ContentLifetime, ListDelay }.Any(time => time > LongestTime))
            return $"QueueTime, RenderTime, ContentLifetime and ListDelay must be at most {LongestTime.TotalDays} days.";
        if (ContentBytes < 0 || RequestsPerMinute < 0)
            return "ContentBytes and RequestsPerMinute must be 0 or more.";
        return null;
    }
}

/// <summary>Order of a list by creation time.</summary>
public enum ListOrder
{
    /// <summary>Newest first; what the protocol does when nothing is asked.</summary>
    Descending,

    /// <summary>Oldest first.</summary>
    Ascending,
}
