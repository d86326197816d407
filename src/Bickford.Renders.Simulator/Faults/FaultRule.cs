namespace Bickford.Renders.Simulator;

/// <summary>Which requests a fault rule looks at.</summary>
public enum FaultOperation
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>POST /videos.</summary>
    Create,

    /// <summary>GET /videos/{id}.</summary>
    Get,

    /// <summary>GET /videos.</summary>
    List,

    /// <summary>GET /videos/{id}/content, or the signed URL that a redirect leads to.</summary>
    Content,

    /// <summary>DELETE /videos/{id}.</summary>
    Delete,

    /// <summary>POST /videos/{id}/remix, /videos/edits and /videos/extensions.</summary>
    Remix,
}

/// <summary>What a fault does.</summary>
public enum FaultKind
{
    /// <summary>Answer <see cref="FaultRule.Status"/> with an error body. No effect takes place unless <see cref="FaultRule.Effect"/> is true.</summary>
    Status,

    /// <summary>Abort the connection; nothing has happened.</summary>
    DropBefore,

    /// <summary>Let the request take effect, then abort the connection without an answer: the ambiguous create.</summary>
    DropAfter,

    /// <summary>
    /// Answer nothing for <see cref="FaultRule.For"/> (default: until the caller leaves), then answer as usual. The effect comes first, unless <see cref="FaultRule.Effect"/> is false.
    /// </summary>
    Hang,

    /// <summary>Send the body at <see cref="FaultRule.Bytes"/> bytes a second (default 65536).</summary>
    Slow,

    /// <summary>Promise the whole length, end the connection after <see cref="FaultRule.Bytes"/> bytes (default: half).</summary>
    Truncate,

    /// <summary>Send <see cref="FaultRule.Bytes"/> bytes (default: half), then nothing for <see cref="FaultRule.For"/> (default: until the caller leaves), then the rest.</summary>
    Stall,

    /// <summary>Send wrong bytes of the right length and type, or with <see cref="FaultRule.As"/> <c>html</c> an HTML page with status 200.</summary>
    Garbage,

    /// <summary>
    /// A body of the wrong length. <see cref="FaultRule.Bytes"/> below 0 (default -1000): an answer that is whole for HTTP but lacks its last bytes.
    /// Above 0: more bytes are promised than exist, then the connection ends.
    /// </summary>
    WrongLength,

    /// <summary>A create or remix is refused with 400 <c>moderation_blocked</c>; with <see cref="FaultRule.Late"/> it is accepted and the video fails with that code.</summary>
    Moderation,

    /// <summary>The video ends at <see cref="FaultRule.At"/> percent (default 100) with status <see cref="FaultRule.As"/> (default <c>failed</c>) and error code <see cref="FaultRule.Code"/>.</summary>
    Fail,

    /// <summary>The video's progress stops at <see cref="FaultRule.At"/> percent (default 50) for ever.</summary>
    Stuck,

    /// <summary>The server forgets the video: 404 from then on, and no list shows it.</summary>
    Lost,

    /// <summary>
    /// The video says <c>completed</c> but its content is 404: on content requests for as often as <see cref="FaultRule.Times"/> says; on other operations for
    /// <see cref="FaultRule.For"/> (default 5 s) after completion.
    /// </summary>
    NotReady,

    /// <summary>Content answers 302 to a signed URL of this simulator, which refuses requests that carry an Authorization header.</summary>
    Redirect,

    /// <summary>JSON that ends in the middle. The effect takes place.</summary>
    Malformed,

    /// <summary>The video's content expires at the moment it completes.</summary>
    Expired,
}

/// <summary>A fault and when it strikes. In text: <c>operation:kind[:key=value]…</c>, see <see cref="Parse"/>.</summary>
public sealed record FaultRule
{
    /// <summary>The requests it looks at.</summary>
    public required FaultOperation Operation { get; init; }

    /// <summary>What it does.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>How often it strikes; null is without limit.</summary>
    public int? Times { get; init; }

    /// <summary>How many matching requests pass first.</summary>
    public int Skip { get; init; }

    /// <summary>Strikes only where the video's prompt contains this text (case does not matter); lists have no prompt.</summary>
    public string? Match { get; init; }

    /// <summary>Strikes only requests for this variant of content: video, thumbnail or spritesheet.</summary>
    public string? Variant { get; init; }

    /// <summary>The chance (0..1) that a matching request is struck, drawn by the server's seed.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Status: the HTTP status, 400 to 599.</summary>
    public int Status { get; init; } = 500;

    /// <summary>Error code in the answer (Status) or in the video (Fail, late Moderation).</summary>
    public string? Code { get; init; }

    /// <summary>Error type in the answer (Status).</summary>
    public string? Type { get; init; }

    /// <summary>Error message (Status, Moderation, Fail).</summary>
    public string? Message { get; init; }

    /// <summary>Status: sent as <c>Retry-After</c>, in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Status: sent as <c>retry-after-ms</c>.</summary>
    public TimeSpan? RetryAfterMs { get; init; }

    /// <summary>Status, Hang: whether the request takes effect. Null is the kind's default.</summary>
    public bool? Effect { get; init; }

    /// <summary>Hang, Stall, NotReady: how long.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Slow: bytes a second. Truncate, Stall: bytes sent. WrongLength: bytes too many, or too few when below 0.</summary>
    public long? Bytes { get; init; }

    /// <summary>Fail, Stuck, late Moderation: at which percent of progress, 0 to 100.</summary>
    public int? At { get; init; }

    /// <summary>Fail: the status word the video ends with. Garbage: <c>bytes</c> or <c>html</c>.</summary>
    public string? As { get; init; }

    /// <summary>Moderation: let the create pass and fail the video.</summary>
    public bool Late { get; init; }

    /// <summary>Reads a rule from text such as <c>create:drop-after:times=1:match=lighthouse</c>.</summary>
    /// <exception cref="FormatException">The text is not a rule; the message says why and what is allowed.</exception>
    public static FaultRule Parse(string text) =>
        FaultText.TryParse(text, out var rule, out var problem) ? rule : throw new FormatException(problem);

    /// <summary>The rule as text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => FaultText.Format(this);

    private static TimeSpan LongestFor { get; } = TimeSpan.FromDays(30);

    /// <summary>Whether the fault marks a video for good rather than spoiling one answer.</summary>
    internal bool MarksVideo(FaultOperation operation) => Kind switch
    {
        FaultKind.Fail or FaultKind.Stuck or FaultKind.Lost or FaultKind.Expired => true,
        FaultKind.NotReady => operation != FaultOperation.Content,
        FaultKind.Moderation => Late || operation is not (FaultOperation.Create or FaultOperation.Remix),
        _ => false,
    };

    /// <summary>Says what is wrong with this rule, or null.</summary>
    internal string? Problem()
    {
        if (Times < 1)
            return $"times={Times} must be 1 or more.";
        if (Skip < 0)
            return $"skip={Skip} must be 0 or more.";
        if (Probability is not (>= 0 and <= 1))
            return $"probability={Probability} must be between 0 and 1.";
        if (Kind == FaultKind.Status && Status is < 400 or > 599)
            return $"status={Status} must be between 400 and 599.";
        if (At is < 0 or > 100)
            return $"at={At} must be between 0 and 100.";
        if (Kind is FaultKind.Slow && Bytes < 1 || Kind is FaultKind.Truncate or FaultKind.Stall && Bytes < 0 || Kind is FaultKind.WrongLength && Bytes == 0)
            return $"bytes={Bytes} does not fit {FaultText.Name(Kind)}.";
        if (For < TimeSpan.Zero || RetryAfter < TimeSpan.Zero || RetryAfterMs < TimeSpan.Zero)
            return "for, retry-after and retry-after-ms must be 0 or more.";
        if (For > LongestFor)
            return $"for={Durations.Format(For.Value)} must be at most {LongestFor.TotalDays} days.";
        if (Variant is not (null or "video" or "thumbnail" or "spritesheet"))
            return $"variant={Variant} must be video, thumbnail or spritesheet.";
        if (Variant is not null && Operation != FaultOperation.Content)
            return "variant needs the operation content.";
        if (Match is not null && Operation == FaultOperation.List)
            return "match cannot be used with list: a list belongs to no prompt.";
        if (Kind == FaultKind.Garbage && As is not (null or "bytes" or "html"))
            return $"as={As} must be bytes or html.";
        if (Kind == FaultKind.Redirect && Operation is not (FaultOperation.Content or FaultOperation.Any))
            return "redirect needs the operation content or any.";
        if (Kind == FaultKind.Malformed && Operation == FaultOperation.Content)
            return "malformed is about JSON; use garbage for content.";
        if (MarksVideo(Operation) && Operation == FaultOperation.List)
            return $"{FaultText.Name(Kind)} is about one video; it cannot be used with list.";
        return null;
    }
}
