using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

public abstract partial class RenderStoreContract
{
    private static readonly DateTimeOffset LookTime = TestRenders.Start.AddSeconds(100);

    [Fact]
    public async Task A_look_takes_those_around_it_along_that_are_due_or_nearly_so()
    {
        var due = await PolledAsync(1, seconds: 100);
        var nearly = await PolledAsync(2, seconds: 130);
        await PolledAsync(3, seconds: 160);
        await InsertedAsync(TestRenders.New(TestRenders.Start.AddSeconds(4)) with { DueAt = TestRenders.Start });
        await PolledAsync(5, seconds: 100, row => row with { Status = RenderStatus.Storing, Step = RenderStep.Download });
        await LeaseAsync(await PolledAsync(6, seconds: 100), "somebody");
        var last = await PolledAsync(7, seconds: 90);

        var taken = await Store.LeaseLooksAsync(StepJob.For(due)!, LookTime, "me", Minute, Cancellation);

        taken.Select(row => row.Id).ShouldBe([due.Id, nearly.Id, last.Id]);
        taken.ShouldAllBe(row => row.LeaseOwner == "me" && row.LeaseUntil != null);
        taken[0].ShouldBeRow(await Store.GetAsync(due.Id, Cancellation));
        (await Store.LeaseLooksAsync(StepJob.For(due)!, LookTime, "another", Minute, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_look_whose_render_went_on_takes_none_along_and_the_next_one_around_it_is_known()
    {
        var gone = await PolledAsync(1, seconds: 100, row => row with { Status = RenderStatus.Completed, Step = RenderStep.Record, DueAt = null });
        await PolledAsync(2, seconds: 110);
        await LeaseAsync(await PolledAsync(3, seconds: 100), "somebody");
        var next = await PolledAsync(4, seconds: 105);
        await PolledAsync(5, seconds: 101, row => row with { Status = RenderStatus.Storing, Step = RenderStep.Download });

        (await Store.LeaseLooksAsync(new StepJob(gone.Id, RenderStep.Poll, 1, LookTime), LookTime.AddSeconds(60), "me", Minute, Cancellation)).ShouldBeEmpty();
        (await Store.FindNextLookAsync(gone.Id, Cancellation)).ShouldBe(StepJob.For(next));
        (await Store.FindNextLookAsync(next.Id, Cancellation)).ShouldBe(StepJob.For(next), "it may be the one itself");
        (await Store.FindNextLookAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Only_looks_that_can_share_a_page_with_a_render_come_next_to_it()
    {
        var first = await PolledAsync(0, seconds: 900);
        for (var i = 1; i <= LookWakeUps.Reach; i++)
            await PolledAsync(i, seconds: 800);
        await PolledAsync(LookWakeUps.Reach + 1, seconds: 100);
        (await Store.FindNextLookAsync(first.Id, Cancellation))!.DueAt.ShouldBe(TestRenders.Start.AddSeconds(800));
    }

    [Fact]
    public async Task A_look_that_is_asked_for_is_due_whatever_the_callers_clock_says()
    {
        var early = await PolledAsync(1, seconds: 300);
        (await Store.LeaseLooksAsync(StepJob.For(early)! with { Version = 9 }, LookTime, "me", Minute, Cancellation)).ShouldBeEmpty();
        (await Store.LeaseLooksAsync(StepJob.For(early)!, LookTime, "me", Minute, Cancellation)).Single().Id.ShouldBe(early.Id);
    }

    [Fact]
    public async Task The_order_of_looks_is_that_of_the_creates_whenever_the_renders_were_enqueued()
    {
        var first = await PolledAsync(9, seconds: 100, row => row with { CreateStartedAt = TestRenders.Start });
        var last = await PolledAsync(1, seconds: 100, row => row with { CreateStartedAt = TestRenders.Start.AddHours(1) });
        var alone = await PolledAsync(5, seconds: 100, row => row with { CreateStartedAt = null });
        (await Store.LeaseLooksAsync(StepJob.For(alone)!, LookTime, "me", Minute, Cancellation)).Single().Id.ShouldBe(alone.Id);
        (await Store.LeaseLooksAsync(StepJob.For(last)!, LookTime, "me", Minute, Cancellation)).Select(row => row.Id).ShouldBe([first.Id, last.Id]);
        (await Store.FindNewerVideoAsync(first.Id, Cancellation)).ShouldBe(last.VideoId);
    }

    [Fact]
    public async Task A_look_takes_along_as_many_as_pages_can_answer_and_no_more()
    {
        var rows = new List<Render>();
        for (var i = 0; i < 2 * LookWakeUps.Reach + 20; i++)
            rows.Add(await PolledAsync(i, seconds: 100));

        var taken = await Store.LeaseLooksAsync(StepJob.For(rows[LookWakeUps.Reach + 5])!, LookTime, "me", Minute, Cancellation);

        taken.Select(row => row.Id).ShouldBe(rows.Skip(5).Take(2 * LookWakeUps.Reach + 1).Select(row => row.Id));
    }

    [Fact]
    public async Task Looks_that_are_taken_by_two_at_once_are_shared_out()
    {
        var rows = new List<Render>();
        for (var i = 0; i < 40; i++)
            rows.Add(await PolledAsync(i, seconds: 100));

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            (i % 2 == 0 ? Store : OtherStore).LeaseLooksAsync(StepJob.For(rows[6 * i])!, LookTime, $"owner {i}", Minute, Cancellation)));

        taken.SelectMany(all => all).Select(row => row.Id).ShouldBe(rows.Select(row => row.Id), ignoreOrder: true);
    }

    [Fact]
    public async Task The_next_newer_video_that_is_rendered_is_where_a_page_of_the_list_begins()
    {
        var first = await PolledAsync(1, seconds: 100);
        await PolledAsync(2, seconds: 100, row => row with { Status = RenderStatus.Completed, Step = RenderStep.Record, DueAt = null });
        var newer = await PolledAsync(3, seconds: 900);
        (await Store.FindNewerVideoAsync(first.Id, Cancellation)).ShouldBe(newer.VideoId);
        (await Store.FindNewerVideoAsync(newer.Id, Cancellation)).ShouldBeNull();
        var some = new List<Render> { newer };
        for (var i = 4; i < 20; i++)
            some.Add(await PolledAsync(i, seconds: 900));
        (await Store.FindNewerVideoAsync(first.Id, Cancellation)).ShouldBe(some[LookWakeUps.Slack - 1].VideoId, "the provider's order may differ a little");
    }

    [Fact]
    public async Task A_look_writes_what_looks_change_and_all_else_stays()
    {
        var row = (await LeaseAsync(await PolledAsync(1, seconds: 100, row => row with { Attempt = 2, Cause = RenderCause.ProviderFailed, Message = "it was away", Cost = 0.4m }), "me"))!;
        var next = row.Next() with { Attempt = 0, Looks = 3, Progress = 41, Cause = null, Message = null, DueAt = LookTime.AddSeconds(7), ExpiresAt = LookTime.AddHours(1), LeaseOwner = null, LeaseUntil = null };
        LookChange.Is(row, next).ShouldBeTrue();

        (await Store.CommitAllAsync([new RowCommit(next, row.Version, [next.Entry("render.progressed")], IsLook: true)], Cancellation)).ShouldBe([CommitResult.Committed]);

        var stored = (await Store.GetAsync(row.Id, Cancellation))!;
        stored.ShouldBeRow(next with { LedgerSeq = row.LedgerSeq + 1, LedgerHash = stored.LedgerHash });
        (await Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public void A_change_that_is_more_than_a_look_is_none()
    {
        var row = TestRenders.New(TestRenders.Start) with { Status = RenderStatus.Rendering, Step = RenderStep.Poll, LeaseOwner = "me" };
        var look = row.Next() with { LeaseOwner = null, Looks = 1 };
        LookChange.Is(row, look).ShouldBeTrue();
        LookChange.Is(row, look with { Step = RenderStep.Download, Status = RenderStatus.Storing }).ShouldBeFalse();
        LookChange.Is(row, look with { ProviderCompletedAt = TestRenders.Start }).ShouldBeFalse();
        LookChange.Is(row, look with { LeaseOwner = "me" }).ShouldBeFalse();
        LookChange.Is(row, look with { CancelRequested = true }).ShouldBeFalse();
    }

    [Fact]
    public async Task Changes_that_are_committed_together_are_each_done_or_refused_by_itself()
    {
        var (a, b, c) = (await PolledAsync(1, seconds: 100), await PolledAsync(2, seconds: 100), await PolledAsync(3, seconds: 100));
        await CommittedAsync(b.Next());

        var results = await Store.CommitAllAsync(
            [.. new[] { c, b, a }.Select(row => new RowCommit(row.Next() with { Looks = 7 }, row.Version, [row.Next().Entry("render.progressed")]))], Cancellation);

        results.ShouldBe([CommitResult.Committed, CommitResult.Conflict, CommitResult.Committed]);
        foreach (var (row, looks) in new[] { (a, 7), (b, 0), (c, 7) })
            (await Store.GetAsync(row.Id, Cancellation))!.Looks.ShouldBe(looks);
        (await Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task Looks_that_are_committed_together_are_each_written_whole_or_refused()
    {
        var rows = new List<Render>();
        for (var i = 1; i <= 5; i++)
            rows.Add((await LeaseAsync(await PolledAsync(i, seconds: 100, row => row with { Attempt = 1, Cause = RenderCause.ProviderFailed, Message = "it was away" }), "me"))!);
        await CommittedAsync(rows[1].Next() with { Looks = 40 });
        var looks = rows.ConvertAll(row => row.Next() with { Attempt = 0, Looks = 3, Progress = 41, Cause = null, Message = null, DueAt = LookTime.AddSeconds(7), ExpiresAt = LookTime.AddHours(1), LeaseOwner = null, LeaseUntil = null });
        looks[2] = looks[2] with { Attempt = 2, Cause = RenderCause.RateLimit, Message = "slow down", DueAt = null, ExpiresAt = null };

        var results = await Store.CommitAllAsync(
            [.. rows.Zip(looks, (row, next) => new RowCommit(next, row.Version, row == rows[3] ? [next.Entry("render.progressed")] : [], IsLook: true))], Cancellation);

        results.ShouldBe([CommitResult.Committed, CommitResult.Conflict, CommitResult.Committed, CommitResult.Committed, CommitResult.Committed]);
        (await Store.GetAsync(rows[1].Id, Cancellation))!.Looks.ShouldBe(40);
        foreach (var i in new[] { 0, 2, 3, 4 })
        {
            var stored = (await Store.GetAsync(rows[i].Id, Cancellation))!;
            stored.ShouldBeRow(looks[i] with { LedgerSeq = stored.LedgerSeq, LedgerHash = stored.LedgerHash });
            (await Store.TryLeaseAsync(stored.Id, stored.Step, stored.Version, "another", Minute, Cancellation)).ShouldNotBeNull("the lease was given back");
        }

        (await Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task Times_are_of_exactly_this_kind_and_the_newest_come_first()
    {
        await RenderedAsync(1, "sora-2", "1280x720", 4, took: 61);
        await RenderedAsync(2, "sora-2", "1280x720", 4, took: 62);
        await RenderedAsync(3, "sora-2", "1280x720", 8, took: 100);
        await RenderedAsync(4, "sora-2", null, null, took: 77);
        await RenderedAsync(5, "sora-2-pro", "1280x720", 4, took: 200);
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { Size = "1280x720", Seconds = 4, ProviderCreatedAt = TestRenders.Start });

        (await Store.ListTimesAsync("sora-2", "1280x720", 4, 10, Cancellation)).ShouldBe([TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(61)]);
        (await Store.ListTimesAsync("sora-2", "1280x720", 4, 1, Cancellation)).ShouldBe([TimeSpan.FromSeconds(62)]);
        (await Store.ListTimesAsync("sora-2", null, null, 10, Cancellation)).ShouldBe([TimeSpan.FromSeconds(77)]);
        (await Store.ListTimesAsync("sora-2", null, 4, 10, Cancellation)).ShouldBeEmpty();
    }

    private Task<Render> RenderedAsync(int number, string model, string? size, int? seconds, int took) => InsertedAsync(TestRenders.New(TestRenders.Start.AddMinutes(number)) with
    {
        Model = model,
        Size = size,
        Seconds = seconds,
        VideoId = $"video_{number}",
        ProviderCreatedAt = TestRenders.Start.AddMinutes(number),
        ProviderCompletedAt = TestRenders.Start.AddMinutes(number).AddSeconds(took),
    });

    // Looked at when the test began, and due so long after that.
    private Task<Render> PolledAsync(int number, int seconds, Func<Render, Render>? change = null)
    {
        var row = TestRenders.New(TestRenders.Start.AddMilliseconds(number)) with
        {
            Status = RenderStatus.Rendering,
            Step = RenderStep.Poll,
            VideoId = $"video_{number}",
            CreateStartedAt = TestRenders.Start.AddMilliseconds(number),
            UpdatedAt = TestRenders.Start,
            DueAt = TestRenders.Start.AddSeconds(seconds),
        };
        return InsertedAsync(change?.Invoke(row) ?? row);
    }
}
