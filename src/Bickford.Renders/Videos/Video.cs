namespace Bickford.Renders.Videos;

/// <summary>The provider's own status of a video.</summary>
public enum VideoStatus
{
    /// <summary>A word this version does not know: keep looking until the render's deadline.</summary>
    Unknown,

    /// <summary><c>queued</c>, <c>submitted</c>.</summary>
    Queued,

    /// <summary><c>in_progress</c>, <c>processing</c>.</summary>
    InProgress,

    /// <summary><c>completed</c>.</summary>
    Completed,

    /// <summary><c>failed</c>.</summary>
    Failed,

    /// <summary><c>cancelled</c>, <c>canceled</c>.</summary>
    Cancelled,

    /// <summary><c>expired</c>.</summary>
    Expired,

    /// <summary><c>deleted</c>.</summary>
    Deleted,
}

/// <summary>A provider's video resource. Real servers omit many fields, so nearly all may be null.</summary>
/// <param name="Id">The provider's id; opaque.</param>
/// <param name="Status">Its status.</param>
public sealed record Video(string Id, VideoStatus Status)
{
    /// <summary>The status as the server wrote it.</summary>
    public string StatusText { get; init; } = "";

    /// <summary>0 to 100; null where the server does not say.</summary>
    public int? Progress { get; init; }

    /// <summary>The model, or a dated snapshot of it, or a deployment name.</summary>
    public string? Model { get; init; }

    /// <summary>Width x height in pixels.</summary>
    public string? Size { get; init; }

    /// <summary>Clip length, as a decimal number of seconds in text.</summary>
    public string? Seconds { get; init; }

    /// <summary>The prompt, where the server gives it back.</summary>
    public string? Prompt { get; init; }

    /// <summary>The provider's id of the video this one was made from.</summary>
    public string? RemixedFromVideoId { get; init; }

    /// <summary>When it was accepted, by the provider's clock, whole seconds.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was finished, by the provider's clock, whole seconds.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When the content goes away.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why it failed.</summary>
    public VideoError? Error { get; init; }

    /// <summary>Where some gateways keep the content instead of at <c>/content</c>.</summary>
    public Uri? ContentUrl { get; init; }

    /// <summary>The server's hint when to look again (<c>openai-poll-after-ms</c>): a lower bound.</summary>
    public TimeSpan? PollAfter { get; init; }
}

/// <summary>A provider's word on why a video failed.</summary>
/// <param name="Code">A code such as <c>moderation_blocked</c>; numbers are kept as text; null where there is none.</param>
/// <param name="Message">For people.</param>
public sealed record VideoError(string? Code, string? Message);
