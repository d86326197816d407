using Bickford.Renders.Ledger;

namespace Bickford.Renders.Policies;

/// <content>What people ask for.</content>
public sealed partial class RenderMachine
{
    /// <summary>The opening transition of a new render: due at once.</summary>
    /// <param name="row">The row, at version 1.</param>
    /// <param name="actor">Who asked for it.</param>
    /// <param name="decision">What was decided, where the request stated an intent.</param>
    public static Transition Enqueued(Render row, string? actor, RenderDecision? decision = null)
    {
        var opening = With(row, RenderEvents.Enqueued, ("actor", actor));
        return decision is null ? opening : opening with
        {
            Entries =
            [
                .. opening.Entries,
                RenderEvents.Of(
                    row, RenderEvents.Decided, ("intent", decision.Intent.ToString()), ("why", decision.Why),
                    ("model", row.Model), ("size", row.Size), ("seconds", row.Seconds?.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("priority", row.Priority)),
            ],
        };
    }

    /// <summary>Goes on from the step where it stopped.</summary>
    /// <exception cref="RenderConflictException">It is not failed or parked, or the provider ended it for good.</exception>
    public Transition Resume(Render row, DateTimeOffset now, string? actor)
    {
        if (row.Status is not (RenderStatus.Failed or RenderStatus.Parked))
            throw new RenderConflictException($"render {row.ShortId} is {row.Status}; only a Failed or Parked render can be resumed");
        RefuseWithoutFiles(row);
        if (IsEndedByProvider(row))
            throw new RenderConflictException($"render {row.ShortId} was ended by the provider ({row.Message}); resuming cannot change that, render it again instead");
        var next = Released(row, now) with
        {
            Status = StatusAt(row.Step),
            Attempt = 0,
            // A budget is no person who has looked: what was sent before it still counts.
            CreatesSent = row.Cause == RenderCause.Budget ? row.CreatesSent : 0,
            Looks = 0,
            Cause = null,
            Message = null,
            DueAt = now,
            DeadlineAt = now + options.Deadline,
            FinishedAt = null,
        };
        return With(next, RenderEvents.Resumed, ("actor", actor));
    }

    /// <summary>Gives a render without a video id the video that belongs to it.</summary>
    /// <exception cref="RenderConflictException">It has one, or is not failed or parked.</exception>
    public Transition Adopt(Render row, string videoId, DateTimeOffset now, string? actor)
    {
        if (row.VideoId is not null)
            throw new RenderConflictException($"render {row.ShortId} has video {row.VideoId} already");
        if (row.Status is not (RenderStatus.Failed or RenderStatus.Parked))
            throw new RenderConflictException($"render {row.ShortId} is {row.Status}; only a Failed or Parked render can adopt a video");
        RefuseWithoutFiles(row);
        var next = Released(row, now) with
        {
            Status = RenderStatus.Rendering,
            Step = RenderStep.Poll,
            VideoId = videoId,
            Attempt = 0,
            Cause = null,
            Message = null,
            DueAt = now,
            DeadlineAt = now + options.Deadline,
            FinishedAt = null,
        };
        return With(next, RenderEvents.Adopted, ("actor", actor));
    }

    /// <summary>Stops it: at once where no step is running, else when that step ends. Null when there is nothing to change.</summary>
    /// <exception cref="RenderConflictException">It is completed.</exception>
    public static Transition? Cancel(Render row, DateTimeOffset now, string? actor)
    {
        if (row.Status == RenderStatus.Completed)
            throw new RenderConflictException($"render {row.ShortId} is Completed; there is nothing left to cancel");
        if (row.Status == RenderStatus.Cancelled || row.CancelRequested)
            return null;
        // A lease that ran out counts too: whoever takes the row next sees the request first.
        if (row.LeaseOwner is not null)
            return With(Next(row, now) with { CancelRequested = true }, RenderEvents.CancelRequested, ("actor", actor));
        return Cancelled(Next(row, now), now, actor);
    }

    /// <summary>What a row whose cancelling was asked for becomes when a worker takes it up.</summary>
    public static Transition CancelAsRequested(Render row, DateTimeOffset now) => Cancelled(Released(row, now), now);

    /// <summary>The provider has said that there will be no video: going on cannot change that.</summary>
    internal static bool IsEndedByProvider(Render row) =>
        row is { Step: RenderStep.Poll, Cause: RenderCause.ProviderFailed or RenderCause.Policy, VideoId: not null };

    private static RenderStatus StatusAt(RenderStep step) => step switch
    {
        RenderStep.Create => RenderStatus.Queued,
        RenderStep.Poll => RenderStatus.Rendering,
        _ => RenderStatus.Storing,
    };
}
