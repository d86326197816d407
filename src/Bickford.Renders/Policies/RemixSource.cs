namespace Bickford.Renders.Policies;

/// <summary>What follows for a remix from where its source stands.</summary>
public abstract record SourceDecision
{
    private SourceDecision()
    {
    }

    /// <summary>The source has a video at the provider.</summary>
    /// <param name="VideoId">The provider's id of it.</param>
    public sealed record Ready(string VideoId) : SourceDecision;

    /// <summary>The source has none yet: wait for it.</summary>
    public sealed record Wait : SourceDecision;

    /// <summary>There will be none: the remix cannot be made.</summary>
    /// <param name="Cause">The remix's cause.</param>
    /// <param name="Why">For people, in one line.</param>
    public sealed record Refuse(RenderCause Cause, string Why) : SourceDecision;
}

/// <summary>
/// Decides what a remix does about its source. Pure. A source that is under way has a deadline of its own, so whoever waits for it waits for an end that comes; only one that is
/// parked, and may wait for its person for ever, is waited for until the remix's own deadline.
/// </summary>
public static class RemixSource
{
    /// <summary>How long after its own deadline a remix looks again at a source that is still under way. Its end wakes the remix sooner.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>Decides.</summary>
    /// <param name="row">The remix.</param>
    /// <param name="source">The render that it is made from; null where there is none any more.</param>
    /// <param name="now">The time.</param>
    public static SourceDecision Decide(Render row, Render? source, DateTimeOffset now) => source switch
    {
        null => Refused($"the render to remix, {row.RemixOf?.ToString("N")[^8..]}, is not there"),
        { ProviderCopyDeletingAt: { } at } => Refused($"the provider's copy of the render to remix, {source.ShortId}, was deleted by clean-up at {at:yyyy-MM-dd HH:mm} UTC (Retention:ProviderCopiesAfter)"),
        // The provider has it, also where our side of it stopped.
        { VideoId: { } id } when HasVideo(source) => new SourceDecision.Ready(id),
        { Status: RenderStatus.Parked } when now >= row.DeadlineAt => new SourceDecision.Refuse(
            RenderCause.Deadline, $"the deadline passed; the render to remix, {source.ShortId}, is still parked ({source.Cause}: {source.Message})"),
        { Status: RenderStatus.Parked } or { Status: RenderStatus.Queued or RenderStatus.Rendering } => new SourceDecision.Wait(),
        { Cause: { } cause } => Refused($"the render to remix, {source.ShortId}, {Ended(source)} without a video ({cause}: {source.Message})"),
        _ => Refused($"the render to remix, {source.ShortId}, {Ended(source)} without a video"),
    };

    /// <summary>Why no remix of this render is accepted, in one line; null where one is.</summary>
    public static string? WhyNot(Render source) => source switch
    {
        { ProviderCopyDeletingAt: { } at } => $"the provider's copy of render {source.ShortId} was deleted by clean-up at {at:yyyy-MM-dd HH:mm} UTC, and a remix needs it (Retention:ProviderCopiesAfter)",
        { Status: RenderStatus.Failed or RenderStatus.Parked or RenderStatus.Cancelled } when !HasVideo(source) => $"render {source.ShortId} is {source.Status} and has no video to remix",
        _ => null,
    };

    /// <summary>Whoever waits for it need not wait any longer: the provider has its video, or it ended without one.</summary>
    public static bool IsSettled(Render source) => source.Status is not (RenderStatus.Queued or RenderStatus.Rendering or RenderStatus.Parked) || source.ProviderCompletedAt is not null;

    /// <summary>When the render fails unless it is finished: the time that it waits for its source does not count.</summary>
    public static DateTimeOffset DeadlineOf(Render row, DateTimeOffset now) =>
        row.WaitsForSourceSince is { } since && now > since ? row.DeadlineAt + (now - since) : row.DeadlineAt;

    private static bool HasVideo(Render source) => source.Status is RenderStatus.Storing or RenderStatus.Completed || source.ProviderCompletedAt is not null;

    private static string Ended(Render source) => source.Status == RenderStatus.Cancelled ? "was cancelled" : "failed";

    private static SourceDecision.Refuse Refused(string why) => new(RenderCause.InvalidRequest, why);
}
