using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Policies;

/// <summary>Everything that can happen to a row in each state, under the names that docs/state-machine.md uses.</summary>
internal static class MachineWalk
{
    public static readonly VideoStatus[] Ended = [VideoStatus.Failed, VideoStatus.Cancelled, VideoStatus.Deleted, VideoStatus.Expired];

    /// <summary>One thing that can happen, with what comes of it.</summary>
    public sealed record Move(string On, Func<Transition?> Apply);

    public static IEnumerable<Move> MovesOf(Render row, RenderMachine machine, DateTimeOffset now, double random)
    {
        if (row.Status.IsOpen())
        {
            foreach (var (on, outcome) in OutcomesOf(row, now))
                yield return new(on, () => machine.Apply(row, outcome, now, random));
            if (row.CancelRequested)
                yield return new("taken up after a wish to cancel", () => RenderMachine.CancelAsRequested(row, now));
        }

        yield return new(!row.Status.IsOpen() ? "cancel" : row.LeaseOwner is null ? "cancel while none runs" : "cancel while a step runs", () => RenderMachine.Cancel(row, now, "ann"));
        yield return new("resume", () => machine.Resume(row, now, "ann"));
        yield return new("adopt", () => machine.Adopt(row, "video_adopted", now, "ann"));
        yield return new("found in the store after a restore", () => machine.FoundStored(row, row.VideoId ?? "video_stored", null, [Rows.Stored], row.CreatedAt, now));
        if (row.Step == RenderStep.Create)
        {
            yield return new("found at the provider after a restore", () => machine.FoundAtProvider(row, Rows.VideoOf(row, "video_found"), row.CreatedAt, now));
            yield return new("unclear after a restore", () => machine.Unclear(row, "it has no prompt", row.CreatedAt, now));
        }

        if (row.VideoId is null && !row.Status.IsOpen())
            yield return Late("late answer to its create", "video_1");
        if (row.VideoId is { } id)
        {
            yield return Late("late answer: the same video", id);
            yield return Late("late answer: a second video", "video_second");
        }

        Move Late(string on, string videoId) =>
            new(on, () => machine.Apply(row, new StepOutcome.Created(Rows.VideoOf(row, videoId), false), now, random));
    }

    private static IEnumerable<(string On, StepOutcome Outcome)> OutcomesOf(Render row, DateTimeOffset now)
    {
        switch (row.Step)
        {
            case RenderStep.Create:
                yield return ("intent", new StepOutcome.CreateStarted(null));
                yield return ("created", new StepOutcome.Created(Rows.VideoOf(row), false));
                yield return ("found by the look-up", new StepOutcome.Created(Rows.VideoOf(row), true));
                yield return ("waiting", new StepOutcome.Waiting(TimeSpan.FromSeconds(2)));
                yield return ("no room", new StepOutcome.NoRoom());
                yield return ("no source", new StepOutcome.NoSource());
                yield return ("over budget", new StepOutcome.OverBudget("Budget:PerDay is used up"));
                break;
            case RenderStep.Poll:
                var inTime = now < row.DeadlineAt;
                foreach (var status in new[] { VideoStatus.Queued, VideoStatus.InProgress, VideoStatus.Unknown })
                    foreach (var progress in new int?[] { null, 0, 40, -7, 900 })
                        yield return (inTime ? "looked: working" : "looked: working, deadline passed",
                            new StepOutcome.Seen(Rows.VideoOf(row, row.VideoId!, status) with { Progress = progress }));
                yield return ("looked: completed", new StepOutcome.Seen(Rows.VideoOf(row, row.VideoId!, VideoStatus.Completed)));
                foreach (var status in Ended)
                    yield return ("looked: ended without a video", new StepOutcome.Seen(Rows.VideoOf(row, row.VideoId!, status)));
                break;
            case RenderStep.Download:
                yield return ("downloaded", new StepOutcome.Downloaded([Rows.Staged]));
                break;
            case RenderStep.Upload:
                yield return ("stored", new StepOutcome.Stored([Rows.Stored]));
                yield return (row.Attempt + 1 < 30 ? "staging lost" : "staging lost too often", new StepOutcome.StagingLost("it is not on this node"));
                break;
            case RenderStep.Record:
                yield return ("recorded", new StepOutcome.Recorded(null));
                yield return ("recorded", new StepOutcome.Recorded("an observer failed"));
                break;
        }

        yield return ("handed back", new StepOutcome.HandedBack());
        foreach (var fault in FaultsOf(row))
            yield return ("fault", new StepOutcome.Faulted(fault));
    }

    private static IEnumerable<StepFault> FaultsOf(Render row)
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            var cause = kind == FaultKind.AmbiguousCreate ? RenderCause.AmbiguousCreate : RenderCause.Internal;
            yield return new StepFault(kind, cause, "it went wrong");
            if (row.Step == RenderStep.Create && kind != FaultKind.AmbiguousCreate)
                yield return new StepFault(kind, cause, "refused", TimeSpan.FromSeconds(3)) { RefusesCreate = true };
        }

        yield return new StepFault(FaultKind.Throttled, RenderCause.RateLimit, "for ever", TimeSpan.MaxValue);
    }
}
