namespace Bickford.Renders.Simulation.Providers;

/// <summary>A video in the provider's own books.</summary>
internal sealed class ProviderVideo
{
    public required string Id { get; init; }

    /// <summary>1 for the first create that was accepted; 0 for a stranger's.</summary>
    public required int Ordinal { get; init; }

    public required string Prompt { get; init; }

    public string? Model { get; init; }

    public string? Size { get; init; }

    public string? Seconds { get; init; }

    public string? RemixedFrom { get; init; }

    /// <summary>True time.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Never, for a video that hangs.</summary>
    public required DateTimeOffset DoneAt { get; init; }

    public string? FailsWith { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>From then on the provider knows nothing of it.</summary>
    public DateTimeOffset ForgottenAt { get; set; } = DateTimeOffset.MaxValue;

    public bool IsDeleted { get; set; }

    /// <summary>Which encoding is served now; the older ones were right in their time.</summary>
    public int Version { get; set; }

    public bool IsKnown(DateTimeOffset now) => !IsDeleted && now < ForgottenAt;

    public bool IsCompleted(DateTimeOffset now) => FailsWith is null && now >= DoneAt;

    /// <summary>Status as the official API has it.</summary>
    public string StatusAt(DateTimeOffset now) =>
        now >= DoneAt ? FailsWith is null ? "completed" : "failed"
        : now - AcceptedAt < TimeSpan.FromSeconds(3) ? "queued" : "in_progress";

    public byte[] Video(int version) => MediaFiles.Mp4(Id, version);
}
