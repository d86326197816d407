using Bickford.Renders.Videos;

namespace Bickford.Renders.Policies;

/// <content>What is found out after the database was set back to an older state: the provider and the store know more than the row does.</content>
public sealed partial class RenderMachine
{
    private const string Recovery = "recovery";

    /// <summary>The render's files are in the store already, and were read back: only recording them is left.</summary>
    /// <param name="row">The row; not Completed or Cancelled.</param>
    /// <param name="videoId">The provider's id of the video that they were fetched from.</param>
    /// <param name="createdAt">When the provider accepted it, where that is known.</param>
    /// <param name="assets">The files, each with its uri.</param>
    /// <param name="since">The state that the database was set back to is from then or later.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RenderConflictException">It has ended for good, or names another video.</exception>
    public Transition FoundStored(Render row, string videoId, DateTimeOffset? createdAt, IReadOnlyList<RenderAsset> assets, DateTimeOffset since, DateTimeOffset now)
    {
        RefuseRecovery(row);
        if (row.VideoId is not null && row.VideoId != videoId)
            throw new RenderConflictException($"render {row.ShortId} has video {row.VideoId}, and what is stored came from {videoId}");
        var next = Recovered(row, createdAt, since, now) with
        {
            Status = RenderStatus.Storing,
            Step = RenderStep.Record,
            VideoId = videoId,
            Progress = 100,
            ProviderCreatedAt = row.ProviderCreatedAt ?? ProviderTimes.Past(row, createdAt, now),
            Assets = assets,
        };
        return With(next, RenderEvents.Stored, ("actor", Recovery), ("assets", RenderEvents.Assets(assets)));
    }

    /// <summary>The provider has the video of a create that the row has forgotten.</summary>
    /// <param name="row">The row; at Create, not Completed or Cancelled.</param>
    /// <param name="video">The video.</param>
    /// <param name="since">The state that the database was set back to is from then or later.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RenderConflictException">It has ended for good, or has a video.</exception>
    public Transition FoundAtProvider(Render row, Video video, DateTimeOffset since, DateTimeOffset now)
    {
        RefuseRecovery(row);
        if (row.VideoId is not null)
            throw new RenderConflictException($"render {row.ShortId} has video {row.VideoId} already");
        var next = Recovered(row, video.CreatedAt, since, now) with
        {
            Status = RenderStatus.Rendering,
            Step = RenderStep.Poll,
            VideoId = video.Id,
            Progress = ProgressOf(video) ?? 0,
            ProviderCreatedAt = ProviderTimes.Past(row, video.CreatedAt, now),
            ExpiresAt = ProviderTimes.Expiry(row, video),
        };
        return With(next, RenderEvents.Adopted, ("actor", Recovery), ("cost", next.Cost), ("provider_status", StatusText(video)));
    }

    /// <summary>It cannot be told whether the row has forgotten a create. Whoever resumes it has it looked up first.</summary>
    /// <param name="row">The row; at Create, not Completed or Cancelled.</param>
    /// <param name="why">For people.</param>
    /// <param name="since">The state that the database was set back to is from then or later.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RenderConflictException">It has ended for good, or has a video.</exception>
    public Transition Unclear(Render row, string why, DateTimeOffset since, DateTimeOffset now)
    {
        RefuseRecovery(row);
        if (row.VideoId is not null)
            throw new RenderConflictException($"render {row.ShortId} has video {row.VideoId} already");
        return Stopped(Recovered(row, since, since, now), RenderStatus.Parked, RenderCause.AmbiguousCreate, why);
    }

    private static void RefuseRecovery(Render row)
    {
        if (row.Status is RenderStatus.Completed or RenderStatus.Cancelled)
            throw new RenderConflictException($"render {row.ShortId} is {row.Status}, and nothing can bring it further");
        RefuseWithoutFiles(row);
    }

    // What the create cost was spent when it was sent, which counts for the budget of that day.
    private Render Recovered(Render row, DateTimeOffset? createdAt, DateTimeOffset since, DateTimeOffset now)
    {
        var sent = row.CreateStartedAt ?? (createdAt is { } at && at > since && at <= now ? at : since);
        return Released(row, now) with
        {
            CreateStartedAt = sent,
            CreateSince = row.CreateSince ?? (since < sent ? since : sent),
            CreatesSent = Math.Max(row.CreatesSent, 1),
            Attempt = 0,
            Looks = 0,
            Cause = null,
            Message = null,
            DueAt = now,
            DeadlineAt = row.DeadlineAt > now + options.Deadline ? row.DeadlineAt : now + options.Deadline,
            FinishedAt = null,
        };
    }
}
