namespace Bickford.Renders.Videos;

/// <summary>What became of a request that failed.</summary>
public enum RequestEffect
{
    /// <summary>The server refused it, or it was never sent: nothing happened there.</summary>
    None,

    /// <summary>It may have taken effect although no good answer came.</summary>
    Unknown,
}

/// <summary>What kind of failure the provider reported. <c>FailurePolicy</c> decides what follows from it.</summary>
public enum VideosFault
{
    /// <summary>The content policy refused it.</summary>
    Policy,

    /// <summary>The request is wrong (400, 405, 413, 415, 422).</summary>
    InvalidRequest,

    /// <summary>The key is missing, wrong, or may not do this (401, 403).</summary>
    Authentication,

    /// <summary>Credit or a spending limit is used up.</summary>
    Quota,

    /// <summary>Too many requests; wait.</summary>
    RateLimit,

    /// <summary>No such video, or no such content (404, 410).</summary>
    NotFound,

    /// <summary>This server does not have the operation (405, 501, or 404 on a list).</summary>
    NotSupported,

    /// <summary>The server is unwell or unreachable (408, 409, 5xx, broken connection, time-out).</summary>
    Unavailable,

    /// <summary>The answer cannot be understood.</summary>
    BadAnswer,
}

/// <summary>A request to the Videos API failed.</summary>
public sealed class VideosApiException : Exception
{
    /// <summary>Describes the failure.</summary>
    public VideosApiException(VideosFault fault, string message, RequestEffect effect = RequestEffect.None, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        Effect = effect;
    }

    /// <summary>What kind of failure.</summary>
    public VideosFault Fault { get; }

    /// <summary>For create and remix: whether the video may exist all the same. Always <see cref="RequestEffect.None"/> for reads.</summary>
    public RequestEffect Effect { get; }

    /// <summary>HTTP status; null when no answer came.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The provider's error code, such as <c>moderation_blocked</c>.</summary>
    public string? Code { get; init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The provider's <c>x-request-id</c>.</summary>
    public string? RequestId { get; init; }
}
