using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Policies;

/// <summary>A change of a row with the events that tell of it; committed together or not at all.</summary>
/// <param name="Next">The row after the change.</param>
/// <param name="Entries">Its events, in order.</param>
public sealed record Transition(Render Next, IReadOnlyList<LedgerEntry> Entries);

/// <summary>
/// The single door through which every change of a render's status passes: pure functions of the row, what happened, and the time.
/// The drawing is in <c>docs/state-machine.md</c>. This part holds what steps bring about; the other what people ask for.
/// </summary>
/// <param name="options">Deadlines, polling, retries.</param>
public sealed partial class RenderMachine(RenderOptions options)
{
    /// <summary>Applies a step's outcome.</summary>
    /// <param name="row">The row as it is in the store.</param>
    /// <param name="outcome">What the step brought about.</param>
    /// <param name="now">The time, in whole milliseconds.</param>
    /// <param name="random">0 to 1, for jitter.</param>
    public Transition Apply(Render row, StepOutcome outcome, DateTimeOffset now, double random)
    {
        if (outcome is StepOutcome.Created late && (row.VideoId is not null || !row.Status.IsOpen()))
            return LateVideo(row, late.Video, now);

        // Nothing was sent yet, so there is nothing to find out.
        if (outcome is StepOutcome.CreateStarted && row.CancelRequested)
            return CancelAsRequested(row, now);

        // The wait for its source is over, whatever the step found out since.
        if (outcome is not StepOutcome.NoSource)
            row = row with { DeadlineAt = RemixSource.DeadlineOf(row, now) };

        var transition = outcome switch
        {
            StepOutcome.CreateStarted o => CreateStarted(row, o, now),
            StepOutcome.Created o => Created(row, o, now, random),
            StepOutcome.Seen o => Seen(row, o, now, random),
            StepOutcome.Downloaded o => Moved(row, now, RenderStep.Upload, RenderEvents.Downloaded, o.Assets, TriesOfStaging(row)),
            StepOutcome.Stored o => Moved(row, now, RenderStep.Record, RenderEvents.Stored, o.Assets, attempt: 0),
            StepOutcome.StagingLost o => StagingLost(row, o.Why, now, random),
            StepOutcome.Recorded o => Completed(row, o.ObserverError, now),
            StepOutcome.Faulted o => Faulted(row, o.Fault, now, random),
            StepOutcome.Waiting o => new Transition(Released(row, now) with { DueAt = now + o.For * (1 + 0.5 * random) }, []),
            StepOutcome.NoRoom => NoRoom(row, now),
            StepOutcome.NoSource => NoSource(row, now),
            StepOutcome.OverBudget o => Stopped(Released(row, now), RenderStatus.Parked, RenderCause.Budget, o.Why),
            StepOutcome.HandedBack => new Transition(Released(row, now) with { DueAt = now }, []),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "unknown outcome"),
        };

        // Somebody asked to cancel while the step ran. What the step found out is kept; only going on is not.
        return row.CancelRequested && transition.Next.Status.IsOpen() ? ThenCancelled(transition, now) : transition;
    }

    private static Transition CreateStarted(Render row, StepOutcome.CreateStarted outcome, DateTimeOffset now)
    {
        var next = Next(row, now) with
        {
            CreateStartedAt = now,
            CreateSince = row.CreateSince ?? now,
            CreatesSent = row.CreatesSent + 1,
            RemixVideoId = outcome.RemixVideoId ?? row.RemixVideoId,
        };
        return With(next, RenderEvents.CreateStarted, ("looked_up", row.CreateStartedAt is not null), ("remix_video_id", next.RemixVideoId));
    }

    // It is woken when there is room, for which reconcile looks too. Asking again before that would be in vain; only the deadline comes by itself.
    private static Transition NoRoom(Render row, DateTimeOffset now) =>
        new(Released(row, now) with { WaitsForRoomSince = row.WaitsForRoomSince ?? now, DueAt = row.DeadlineAt > now ? row.DeadlineAt : now }, []);

    // Its source's end wakes it, for which reconcile looks too. Its own deadline matters where the source is parked.
    private static Transition NoSource(Render row, DateTimeOffset now)
    {
        var next = Released(row, now) with
        {
            WaitsForSourceSince = row.WaitsForSourceSince ?? now,
            Attempt = 0,
            Cause = null,
            Message = null,
            DueAt = row.DeadlineAt > now ? row.DeadlineAt : now + RemixSource.LookEvery,
        };
        return row.WaitsForSourceSince is null ? With(next, RenderEvents.WaitsForSource, ("remix_of", next.RemixOf?.ToString("D"))) : new Transition(next, []);
    }

    private Transition Created(Render row, StepOutcome.Created outcome, DateTimeOffset now, double random)
    {
        var video = outcome.Video;
        var next = Released(row, now) with
        {
            Status = RenderStatus.Rendering,
            Step = RenderStep.Poll,
            Attempt = 0,
            Cause = null,
            Message = null,
            VideoId = video.Id,
            Progress = ProgressOf(video) ?? 0,
            ProviderCreatedAt = ProviderTimes.Past(row, video.CreatedAt, now),
            ExpiresAt = ProviderTimes.Expiry(row, video),
            // An adopted video may be done long since: look at once.
            DueAt = outcome.Adopted ? now : InTime(row, now + LookSchedule.Next(0, TimeSpan.Zero, outcome.Plan, default, options.Poll, video.PollAfter, random), now),
        };
        return With(next, outcome.Adopted ? RenderEvents.Adopted : RenderEvents.Created, ("cost", next.Cost), ("provider_status", StatusText(video)));
    }

    // The row went another way while our answer was on its way: the video exists and may be billed, so it must be visible.
    private static Transition LateVideo(Render row, Video video, DateTimeOffset now)
    {
        if (row.VideoId == video.Id)
            return new Transition(Next(row, now), []);
        var next = Next(row, now);
        // Resuming it goes on with this video: at Create it would look for one that nobody owns, find none, and pay again.
        return row.VideoId is null
            ? With(next with { Step = RenderStep.Poll, VideoId = video.Id, ProviderCreatedAt = ProviderTimes.Past(row, video.CreatedAt, now) }, RenderEvents.Created, ("late", true))
            : With(next, RenderEvents.DuplicateVideo, ("duplicate_video_id", video.Id));
    }

    private Transition Seen(Render row, StepOutcome.Seen seen, DateTimeOffset now, double random)
    {
        var video = seen.Video;
        var next = Released(row, now) with
        {
            Attempt = 0,
            Looks = row.Looks + 1,
            Cause = null,
            Message = null,
            // Progress only grows: a server that falls back to 0 does not take away what was seen.
            Progress = Math.Max(row.Progress, ProgressOf(video) ?? 0),
            ExpiresAt = ProviderTimes.Expiry(row, video) ?? row.ExpiresAt,
        };
        return video.Status switch
        {
            VideoStatus.Completed => Moved(next with
            {
                Progress = 100,
                ProviderCompletedAt = ProviderTimes.Completed(row, video, now),
            }, RenderStep.Download, RenderStatus.Storing, RenderEvents.Rendered, ("provider_status", StatusText(video))),
            VideoStatus.Failed => Stopped(next, RenderStatus.Failed, CauseOf(video), ErrorText(video, "the provider failed to render it")),
            VideoStatus.Cancelled => Stopped(next, RenderStatus.Failed, RenderCause.ProviderFailed, ErrorText(video, "it was cancelled at the provider")),
            VideoStatus.Deleted => Stopped(next, RenderStatus.Failed, RenderCause.ProviderLost, ErrorText(video, "it was deleted at the provider")),
            VideoStatus.Expired => Stopped(next, RenderStatus.Failed, RenderCause.Expired, ErrorText(video, "it expired at the provider")),
            _ when now >= row.DeadlineAt => Stopped(next, RenderStatus.Failed, RenderCause.Deadline,
                $"not finished {Span(now - row.CreatedAt)} after the enqueue; the provider says '{StatusText(video)}', {next.Progress} %"),
            _ => LookAgain(row, next, seen, now, random),
        };
    }

    /// <summary>When the next look is due: at the deadline at the latest, however long the server asks to wait.</summary>
    private static DateTimeOffset InTime(Render row, DateTimeOffset due, DateTimeOffset now) =>
        due <= row.DeadlineAt ? due : row.DeadlineAt > now ? row.DeadlineAt : now;

    private Transition LookAgain(Render row, Render next, StepOutcome.Seen seen, DateTimeOffset now, double random)
    {
        var (video, accepted) = (seen.Video, row.CreateStartedAt ?? row.ProviderCreatedAt ?? row.CreatedAt);
        var progress = new SeenProgress(row.Progress, row.UpdatedAt - accepted, next.Progress, now - accepted);
        next = next with { DueAt = InTime(row, now + LookSchedule.Next(next.Looks, now - accepted, seen.Plan, progress, options.Poll, video.PollAfter, random), now) };
        return next.Progress == row.Progress && row.Cause is null
            ? new Transition(next, [])
            : With(next, RenderEvents.Progressed, ("provider_status", StatusText(video)));
    }

    // Files that are here again are no proof that they stay: a count of the disk's failures goes on until they are stored.
    private static int TriesOfStaging(Render row) => row.Cause == RenderCause.Storage ? row.Attempt : 0;

    private static Transition Moved(Render row, DateTimeOffset now, RenderStep step, string type, IReadOnlyList<RenderAsset> assets, int attempt) =>
        Moved(Released(row, now) with { Assets = assets, Attempt = attempt, Cause = null, Message = null }, step, RenderStatus.Storing, type, ("assets", RenderEvents.Assets(assets)));

    private static Transition Moved(Render next, RenderStep step, RenderStatus status, string type, params ReadOnlySpan<(string, JsonNode?)> details) =>
        With(next with { Step = step, Status = status, DueAt = next.UpdatedAt }, type, details);

    private Transition StagingLost(Render row, string why, DateTimeOffset now, double random)
    {
        // It counts as a failed try, also through the Download that follows, so that a disk that loses everything cannot go round for ever.
        var fault = new StepFault(FaultKind.Transient, RenderCause.Storage, why);
        var next = Released(row, now) with { Step = RenderStep.Download, Attempt = row.Attempt + 1, Assets = [], Cause = fault.Cause, Message = fault.Message };
        return FailurePolicy.Decide(row, fault, now, options, random) switch
        {
            FailureAction.Fail fail => Stopped(next, RenderStatus.Failed, fail.Cause, fail.Message),
            // The first time it is most likely another node's disk, and nothing to wait for.
            FailureAction.Retry retry => With(next with { DueAt = row.Attempt == 0 ? now : now + retry.After }, RenderEvents.StagingLost, ("why", fault.Message)),
            _ => throw new InvalidOperationException("unknown action"),
        };
    }

    private static Transition Completed(Render row, string? observerError, DateTimeOffset now)
    {
        var next = Released(row, now) with
        {
            Status = RenderStatus.Completed,
            Attempt = 0,
            Cause = null,
            Message = null,
            CancelRequested = false,
            DueAt = null,
            FinishedAt = now,
        };
        return observerError is null
            ? With(next, RenderEvents.Completed, ("assets", RenderEvents.Assets(next.Assets)))
            : With(next, RenderEvents.Completed, ("assets", RenderEvents.Assets(next.Assets)), ("observer_error", StepFault.Clean(observerError)));
    }

    private Transition Faulted(Render row, StepFault fault, DateTimeOffset now, double random)
    {
        // A refusal of the only create means that no video came of it. After a create whose answer was lost, the next try looks again.
        if (fault.RefusesCreate && row.CreateSince == row.CreateStartedAt)
            row = row with { CreateStartedAt = null, CreateSince = null };
        if (fault.RefusesCreate)
            row = row with { CreatesSent = Math.Max(0, row.CreatesSent - 1) };
        var next = Released(row, now) with { Attempt = row.Attempt + 1 };

        switch (FailurePolicy.Decide(row, fault, now, options, random))
        {
            case FailureAction.Retry retry:
                next = next with { DueAt = now + retry.After, Cause = fault.Cause, Message = fault.Message };
                return With(next, RenderEvents.Retry, ("due_at", LedgerHash.TimeText(next.DueAt.Value)));
            case FailureAction.Park park:
                return Stopped(next, RenderStatus.Parked, park.Cause, park.Message);
            case FailureAction.Fail fail:
                return Stopped(next, RenderStatus.Failed, fail.Cause, fail.Message);
            default:
                throw new InvalidOperationException("unknown action");
        }
    }

    private static Transition Stopped(Render next, RenderStatus status, RenderCause cause, string message) =>
        With(next with { Status = status, Cause = cause, Message = message, DueAt = null, FinishedAt = next.UpdatedAt, CancelRequested = false },
            status == RenderStatus.Parked ? RenderEvents.Parked : RenderEvents.Failed);

    private static Transition ThenCancelled(Transition transition, DateTimeOffset now)
    {
        var cancelled = Cancelled(transition.Next, now);
        return cancelled with { Entries = [.. transition.Entries, .. cancelled.Entries] };
    }

    private static Transition Cancelled(Render next, DateTimeOffset now, string? actor = null) =>
        With(next with
        {
            Status = RenderStatus.Cancelled,
            CancelRequested = false,
            DueAt = null,
            LeaseOwner = null,
            LeaseUntil = null,
            FinishedAt = now,
        }, RenderEvents.Cancelled, ("actor", actor));

    // Whoever no longer waits for room or a source is woken by nobody but his due time, which was the deadline: should his worker die now, he must be overdue.
    private static Render Next(Render row, DateTimeOffset now) => row with
    {
        Version = row.Version + 1,
        UpdatedAt = now,
        WaitsForRoomSince = null,
        WaitsForSourceSince = null,
        DueAt = (row.WaitsForRoomSince ?? row.WaitsForSourceSince) is not null && row.DueAt > now ? now : row.DueAt,
    };

    private static Render Released(Render row, DateTimeOffset now) => Next(row, now) with { LeaseOwner = null, LeaseUntil = null };

    private static Transition With(Render next, string type, params ReadOnlySpan<(string, JsonNode?)> details) =>
        new(next, [RenderEvents.Of(next, type, details)]);

    private static int? ProgressOf(Video video) => video.Progress is { } p ? Math.Clamp(p, 0, 100) : null;

    private static RenderCause CauseOf(Video video) =>
        VideoFailures.IsPolicy(video.Error?.Code) ? RenderCause.Policy : RenderCause.ProviderFailed;

    private static string ErrorText(Video video, string fallback) => StepFault.Clean((video.Error?.Code, video.Error?.Message) switch
    {
        (null, null) => fallback,
        (null, { } message) => message,
        ({ } code, null) => $"{fallback} ({code})",
        ({ } code, { } message) => $"{message} ({code})",
    });

    private static string StatusText(Video video) => StepFault.Clean(video.StatusText);

    private static string Span(TimeSpan span) => span.TotalHours >= 1 ? $"{span.TotalHours:0.#} h" : $"{span.TotalMinutes:0.#} min";
}
