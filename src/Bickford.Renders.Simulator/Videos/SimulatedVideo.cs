namespace Bickford.Renders.Simulator;

/// <summary>A video a simulated server was asked for. All that ever happens to it follows from this and the time.</summary>
public sealed record SimulatedVideo
{
    /// <summary>The server's id.</summary>
    public required string Id { get; init; }

    /// <summary>1 for the first accepted create, and so on; below 0 for foreign videos.</summary>
    public required long Ordinal { get; init; }

    /// <summary>Model name as asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>WIDTHxHEIGHT.</summary>
    public required string Size { get; init; }

    /// <summary>Length in seconds; for an extension the stitched total.</summary>
    public required int Seconds { get; init; }

    /// <summary>When the create was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>SHA-256 of the reference image's bytes in lower-case hexadecimal; null without bytes (none, or given by URL or file id).</summary>
    public string? ReferenceSha256 { get; init; }

    /// <summary>The video this one was made from.</summary>
    public string? RemixedFromVideoId { get; init; }

    /// <summary>How long it waits before it renders.</summary>
    public TimeSpan QueueTime { get; init; }

    /// <summary>How long it renders.</summary>
    public TimeSpan RenderTime { get; init; }

    internal VideoFate Fate { get; init; } = VideoFate.Ordinary;

    /// <summary>When a cancelled video stops to exist.</summary>
    internal DateTimeOffset? GoneAt { get; init; }
}

/// <summary>What faults have decided about a video.</summary>
internal sealed record VideoFate
{
    public static VideoFate Ordinary { get; } = new();

    public Failure? Failure { get; init; }

    public int? StuckAt { get; init; }

    public bool Expired { get; init; }

    public bool Lost { get; init; }

    public TimeSpan NotReadyFor { get; init; }

    public static VideoFate From(VideoFate fate, IEnumerable<FaultRule> rules) => rules.Aggregate(fate, (now, rule) => rule.Kind switch
    {
        FaultKind.Moderation => now with
        {
            Failure = new Failure("failed", rule.Code ?? "moderation_blocked", rule.Message ?? Texts.Moderation, rule.At ?? 100),
        },
        FaultKind.Fail => now with
        {
            Failure = new Failure(rule.As ?? "failed", rule.Code ?? "video_generation_failed", rule.Message ?? "The video could not be generated.", rule.At ?? 100),
        },
        FaultKind.Stuck => now with { StuckAt = rule.At ?? 50 },
        FaultKind.Expired => now with { Expired = true },
        FaultKind.Lost => now with { Lost = true },
        FaultKind.NotReady => now with { NotReadyFor = rule.For ?? TimeSpan.FromSeconds(5) },
        _ => now,
    });
}

/// <summary>How a video ends other than completed.</summary>
internal sealed record Failure(string Status, string Code, string Message, int AtPercent);
