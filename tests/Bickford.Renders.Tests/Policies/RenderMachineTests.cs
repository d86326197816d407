using System.Text.Json.Nodes;
using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Policies;

public sealed class RenderMachineTests
{
    private static readonly RenderMachine Machine = Rows.Machine();
    private static readonly DateTimeOffset Later = Rows.Now + TimeSpan.FromSeconds(10);

    [Fact]
    public void The_intent_keeps_the_lease_and_remembers_the_first_open_create()
    {
        var first = Apply(Rows.Queued().Leased(), new StepOutcome.CreateStarted("video_0")).Next;
        (first.LeaseOwner, first.CreateStartedAt, first.CreateSince, first.CreatesSent, first.RemixVideoId).ShouldBe(("node/run", Later, Later, 1, "video_0"));
        var second = Machine.Apply(first, new StepOutcome.CreateStarted(null), Later.AddMinutes(1), 0.5).Next;
        (second.CreateStartedAt, second.CreateSince, second.CreatesSent, second.RemixVideoId).ShouldBe((Later.AddMinutes(1), Later, 2, "video_0"));
    }

    [Fact]
    public void A_refusal_of_the_only_create_closes_it()
    {
        var next = Apply(Rows.Started().Leased(), Refused(FaultKind.Throttled)).Next;
        (next.CreateStartedAt, next.CreateSince, next.CreatesSent, next.Status, next.Attempt).ShouldBe((null, null, 0, RenderStatus.Queued, 1));
    }

    [Fact]
    public void A_refusal_of_a_second_create_leaves_the_first_open()
    {
        var row = Rows.Started().Leased() with { CreateStartedAt = Rows.Now.AddMinutes(1), CreatesSent = 2 };
        var next = Apply(row, Refused(FaultKind.Throttled)).Next;
        (next.CreateSince, next.CreatesSent).ShouldBe((Rows.Now, 1));
    }

    [Fact]
    public void A_refused_create_that_runs_out_of_time_is_failed_and_not_parked_as_ambiguous()
    {
        var row = Rows.Started().Leased();
        var next = Machine.Apply(row, Refused(FaultKind.Transient), row.DeadlineAt, 0.5).Next;
        (next.Status, next.Cause, next.CreateSince).ShouldBe((RenderStatus.Failed, RenderCause.Deadline, null));
    }

    [Fact]
    public void An_adopted_video_is_looked_at_at_once_and_a_new_one_after_the_servers_hint()
    {
        Apply(Rows.Started().Leased(), new StepOutcome.Created(Rows.VideoOf(Rows.Started()), true)).Next.DueAt.ShouldBe(Later);
        var video = Rows.VideoOf(Rows.Started()) with { PollAfter = TimeSpan.FromSeconds(42) };
        Apply(Rows.Started().Leased(), new StepOutcome.Created(video, false)).Next.DueAt.ShouldBe(Later.AddSeconds(42));
    }

    [Fact]
    public void A_nonsensical_hint_on_a_paid_answer_does_not_lose_the_video()
    {
        var video = Rows.VideoOf(Rows.Started()) with { PollAfter = TimeSpan.MaxValue };
        var next = Apply(Rows.Started().Leased(), new StepOutcome.Created(video, false)).Next;
        (next.VideoId, next.DueAt).ShouldBe(("video_1", Rows.Started().DeadlineAt), "it is looked at before anybody gives it up");
    }

    [Theory]
    [InlineData(RenderStatus.Failed)]
    [InlineData(RenderStatus.Parked)]
    public void A_late_answer_to_the_create_of_a_stopped_render_is_kept_and_resuming_goes_on_with_it(RenderStatus status)
    {
        var late = Apply(Rows.Started().Stopped(status, RenderCause.AmbiguousCreate), new StepOutcome.Created(Rows.VideoOf(Rows.Started()), false));
        (late.Next.Status, late.Next.VideoId, late.Next.DueAt).ShouldBe((status, "video_1", null));
        late.Entries.Single().Payload["late"]!.GetValue<bool>().ShouldBeTrue();
        var resumed = Machine.Resume(late.Next, Later, "ann").Next;
        (resumed.Status, resumed.Step, resumed.VideoId).ShouldBe((RenderStatus.Rendering, RenderStep.Poll, "video_1"));
    }

    [Fact]
    public void A_second_paid_video_is_on_the_ledger_and_changes_nothing_else()
    {
        var row = Rows.At(RenderStep.Record).Leased();
        var next = Apply(row, new StepOutcome.Created(Rows.VideoOf(row, "video_2"), false));
        next.Entries.Single().Type.ShouldBe(RenderEvents.DuplicateVideo);
        next.Entries.Single().Payload["duplicate_video_id"]!.GetValue<string>().ShouldBe("video_2");
        (next.Next with { Version = row.Version, UpdatedAt = row.UpdatedAt }).ShouldBe(row);
    }

    [Fact]
    public void Progress_only_grows_and_unchanged_progress_writes_no_event()
    {
        var row = Rows.At(RenderStep.Poll).Leased() with { Progress = 40 };
        var same = Apply(row, new StepOutcome.Seen(Rows.VideoOf(row, status: VideoStatus.InProgress) with { Progress = 10 }));
        (same.Next.Progress, same.Next.Looks, same.Entries.Count).ShouldBe((40, 1, 0));
        var more = Apply(row, new StepOutcome.Seen(Rows.VideoOf(row, status: VideoStatus.InProgress) with { Progress = 41 }));
        (more.Next.Progress, more.Entries.Single().Type).ShouldBe((41, RenderEvents.Progressed));
    }

    [Fact]
    public void The_last_look_is_at_the_deadline()
    {
        var row = Rows.At(RenderStep.Poll).Leased() with { DeadlineAt = Later.AddSeconds(1) };
        Apply(row, new StepOutcome.Seen(Rows.VideoOf(row, status: VideoStatus.InProgress))).Next.DueAt.ShouldBe(row.DeadlineAt);
        Machine.Apply(row, new StepOutcome.Seen(Rows.VideoOf(row, status: VideoStatus.Completed)), row.DeadlineAt.AddDays(1), 0.5).Next.Step.ShouldBe(RenderStep.Download);
    }

    [Theory]
    [InlineData(VideoStatus.Failed, null, RenderCause.ProviderFailed)]
    [InlineData(VideoStatus.Failed, "moderation_blocked", RenderCause.Policy)]
    [InlineData(VideoStatus.Cancelled, null, RenderCause.ProviderFailed)]
    [InlineData(VideoStatus.Deleted, null, RenderCause.ProviderLost)]
    [InlineData(VideoStatus.Expired, null, RenderCause.Expired)]
    public void The_providers_end_has_its_cause(VideoStatus status, string? code, RenderCause cause)
    {
        var row = Rows.At(RenderStep.Poll).Leased();
        var video = Rows.VideoOf(row, status: status) with { Error = code is null ? null : new VideoError(code, "no\0pe") };
        var next = Apply(row, new StepOutcome.Seen(video)).Next;
        (next.Status, next.Cause).ShouldBe((RenderStatus.Failed, cause));
        if (code is not null)
            next.Message.ShouldBe("no pe (moderation_blocked)");
    }

    [Fact]
    public void A_disk_that_loses_everything_ends_after_the_last_try_with_growing_pauses()
    {
        var (row, now, losses) = (Rows.At(RenderStep.Upload), Rows.Now, 0);
        var waits = new List<TimeSpan>();
        while (row.Status.IsOpen() && losses++ < 100)
        {
            row = Machine.Apply(row.Leased(), new StepOutcome.StagingLost("it is gone"), now, 0.5).Next;
            if (!row.Status.IsOpen())
                break;
            waits.Add(row.DueAt!.Value - now);
            row = Machine.Apply(row.Leased(), new StepOutcome.Downloaded([Rows.Staged]), now = row.DueAt.Value, 0.5).Next;
        }

        (row.Status, row.Cause, row.Step, losses).ShouldBe((RenderStatus.Failed, RenderCause.Storage, RenderStep.Download, 30));
        waits[0].ShouldBe(TimeSpan.Zero);
        waits[1].ShouldBeGreaterThan(TimeSpan.Zero);
        waits.ShouldBe(waits.Order());
    }

    [Fact]
    public void Tries_of_a_download_do_not_count_against_its_upload()
    {
        var row = Rows.At(RenderStep.Download).Leased() with { Attempt = 20, Cause = RenderCause.Internal, Message = "503" };
        Apply(row, new StepOutcome.Downloaded([Rows.Staged])).Next.Attempt.ShouldBe(0);
    }

    [Fact]
    public void Waiting_is_spread_so_that_two_that_wait_for_each_other_part()
    {
        var row = Rows.Started().Leased();
        Machine.Apply(row, new StepOutcome.Waiting(TimeSpan.FromSeconds(2)), Later, 0).Next.DueAt.ShouldBe(Later.AddSeconds(2));
        Machine.Apply(row, new StepOutcome.Waiting(TimeSpan.FromSeconds(2)), Later, 1).Next.DueAt.ShouldBe(Later.AddSeconds(3));
    }

    [Fact]
    public void A_wish_to_cancel_wins_over_every_outcome_that_would_go_on_and_keeps_what_was_found()
    {
        foreach (var step in Enum.GetValues<RenderStep>())
        {
            var row = Rows.At(step).Leased() with { CancelRequested = true };
            // What an action, a late answer or a recovery brings to light comes first; the wish wins over the outcome of the next step.
            foreach (var move in MachineWalk.MovesOf(row, Machine, Later, 0.5).Where(m =>
                m.On is not ("resume" or "adopt") && !m.On.StartsWith("late", StringComparison.Ordinal) && !m.On.EndsWith("after a restore", StringComparison.Ordinal)))
            {
                if (move.Apply() is not { } transition)
                    continue;
                transition.Next.Status.IsOpen().ShouldBeFalse(move.On);
                if (transition.Next.Status == RenderStatus.Cancelled)
                    transition.Entries[^1].Type.ShouldBe(RenderEvents.Cancelled);
                transition.Entries.Select(e => e.EventId).ShouldBeUnique();
            }
        }

        var created = Apply(Rows.Started().Leased() with { CancelRequested = true }, new StepOutcome.Created(Rows.VideoOf(Rows.Started()), false));
        created.Next.VideoId.ShouldBe("video_1");
        created.Entries.Select(e => e.Type).ShouldBe([RenderEvents.Created, RenderEvents.Cancelled]);
    }

    [Fact]
    public void A_cancelled_intent_is_not_remembered_as_an_open_create()
    {
        var next = Apply(Rows.Queued().Leased() with { CancelRequested = true }, new StepOutcome.CreateStarted(null));
        (next.Next.Status, next.Next.CreateSince).ShouldBe((RenderStatus.Cancelled, null));
        next.Entries.Single().Type.ShouldBe(RenderEvents.Cancelled);
    }

    [Fact]
    public void Actions_that_do_not_fit_are_refused_by_name()
    {
        Should.Throw<RenderConflictException>(() => Machine.Resume(Rows.Queued(), Later, null)).Message.ShouldContain("is Queued");
        Should.Throw<RenderConflictException>(() => Machine.Resume(Rows.At(RenderStep.Poll).Stopped(RenderStatus.Failed, RenderCause.Policy), Later, null)).Message.ShouldContain("render it again");
        Should.Throw<RenderConflictException>(() => Machine.Adopt(Rows.At(RenderStep.Poll).Stopped(RenderStatus.Failed), "v", Later, null)).Message.ShouldContain("already");
        Should.Throw<RenderConflictException>(() => Machine.Adopt(Rows.Started(), "v", Later, null)).Message.ShouldContain("is Queued");
        Should.Throw<RenderConflictException>(() => RenderMachine.Cancel(Rows.At(RenderStep.Record).Stopped(RenderStatus.Completed), Later, null)).Message.ShouldContain("is Completed");
        RenderMachine.Cancel(Rows.Queued().Stopped(RenderStatus.Cancelled), Later, null).ShouldBeNull();
        RenderMachine.Cancel(Rows.Queued().Leased() with { CancelRequested = true }, Later, null).ShouldBeNull();
    }

    [Fact]
    public void Resuming_gives_a_new_deadline_and_keeps_an_open_create_to_be_looked_up()
    {
        var next = Machine.Resume(Rows.Started().Stopped(RenderStatus.Parked, RenderCause.AmbiguousCreate) with { Attempt = 9, Looks = 7 }, Later, "ann").Next;
        (next.CreateSince, next.Attempt, next.Looks, next.DueAt, next.DeadlineAt).ShouldBe((Rows.Now, 0, 0, Later, Later.AddHours(2)));
    }

    [Fact]
    public void Whatever_ends_the_wait_for_room_makes_the_render_due_so_that_a_dead_worker_s_is_found()
    {
        var waiting = Apply(Rows.Queued().Leased(), new StepOutcome.NoRoom()).Next;
        waiting.DueAt.ShouldBe(waiting.DeadlineAt);

        Render[] rows =
        [
            Apply(waiting.Leased(), new StepOutcome.CreateStarted(null)).Next,
            RenderMachine.Cancel(waiting.Leased(), Rows.Now, "ann")!.Next,
        ];
        rows.ShouldAllBe(row => row.WaitsForRoomSince == null && row.DueAt == row.UpdatedAt);
    }

    [Fact]
    public void Opening_and_closing_events_say_everything_in_the_words_of_the_protocol()
    {
        var row = Rows.Queued() with { Tags = ["a"], RemixVideoId = "video_0", Reference = new StoredReference("k", "a.png", "image/png", 1, Rows.Sha) };
        var payload = RenderMachine.Enqueued(row, "ann").Entries.Single().Payload;
        string[] names = ["event_id", "version", "status", "step", "attempt", "progress", "video_id", "storage_uri", "model", "seconds", "size", "prompt", "remix_video_id", "input_reference", "cost", "tags", "priority", "again_of", "remix_of", "actor"];
        payload.Select(p => p.Key).ShouldBe(names);
        payload["seconds"]!.GetValue<string>().ShouldBe("4");
        payload["input_reference"]!["sha256"]!.GetValue<string>().ShouldBe(Rows.Sha);

        var done = Apply(Rows.At(RenderStep.Record).Leased(), new StepOutcome.Recorded("observer x\0 failed")).Entries.Single();
        done.EventId.ShouldBe(Bickford.Renders.Ledger.LedgerHash.EventIdOf(row.Id, 0, Bickford.Renders.Ledger.LedgerHash.Completed));
        done.Payload["event_id"]!.GetValue<string>().ShouldBe(done.EventId.ToString("D"));
        done.Payload["storage_uri"]!.GetValue<string>().ShouldBe(Rows.Stored.Uri);
        done.Payload["assets"].ShouldBeOfType<JsonArray>().Count.ShouldBe(1);
        done.Payload["observer_error"]!.GetValue<string>().ShouldBe("observer x  failed");
    }

    private static StepOutcome.Faulted Refused(FaultKind kind) => new(new StepFault(kind, RenderCause.RateLimit, "refused") { RefusesCreate = true });

    private static Transition Apply(Render row, StepOutcome outcome) => Machine.Apply(row, outcome, Later, 0.5);
}
