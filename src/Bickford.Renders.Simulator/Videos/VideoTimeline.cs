namespace Bickford.Renders.Simulator;

/// <summary>How far a video is.</summary>
internal enum Phase
{
    Queued,
    InProgress,
    Completed,
    Failed,
}

/// <summary>A video at one moment.</summary>
internal sealed record VideoMoment(Phase Phase, int Progress, DateTimeOffset? CompletedAt, DateTimeOffset? ExpiresAt, Failure? Failure, ContentState Content);

/// <summary>Whether a video's content can be fetched.</summary>
internal enum ContentState
{
    NotYet,
    Ready,
    Expired,
    Failed,
}

/// <summary>Where a video stands at a time: a pure function, so that no background work is needed and nothing can drift.</summary>
internal static class VideoTimeline
{
    public static VideoMoment At(SimulatedVideo video, DateTimeOffset now, TimeSpan contentLifetime)
    {
        var start = video.CreatedAt + video.QueueTime;
        if (now < start)
            return new VideoMoment(Phase.Queued, 0, null, null, null, ContentState.NotYet);

        var percent = video.RenderTime > TimeSpan.Zero ? Math.Min(100, (now - start) / video.RenderTime * 100) : 100;
        if (video.Fate.Failure is { } failure && percent >= failure.AtPercent)
            return new VideoMoment(Phase.Failed, failure.AtPercent, null, null, failure, ContentState.Failed);
        if (video.Fate.StuckAt is { } stuck && percent >= stuck)
            return new VideoMoment(Phase.InProgress, stuck, null, null, null, ContentState.NotYet);
        if (percent < 100)
            return new VideoMoment(Phase.InProgress, (int)percent, null, null, null, ContentState.NotYet);

        var completed = start + video.RenderTime;
        var expires = video.Fate.Expired ? completed : completed + contentLifetime;
        var content = now >= expires ? ContentState.Expired
            : now < completed + video.Fate.NotReadyFor ? ContentState.NotYet
            : ContentState.Ready;
        return new VideoMoment(Phase.Completed, 100, completed, expires, null, content);
    }
}
