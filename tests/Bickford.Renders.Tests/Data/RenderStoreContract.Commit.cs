using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

public abstract partial class RenderStoreContract
{
    [Fact]
    public async Task A_commit_replaces_the_row_and_appends_its_events()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var next = render.Next() with { Status = RenderStatus.Rendering, Step = RenderStep.Poll, VideoId = "video_1" };

        (await Store.CommitAsync(next, 1, [next.Entry("render.created"), next.Entry("render.polling")], Cancellation)).ShouldBe(CommitResult.Committed);

        var read = (await OtherStore.GetAsync(render.Id, Cancellation))!;
        var events = await Ledger.ReadAsync(stream: LedgerHash.StreamOf(render.Id), cancellationToken: Cancellation).ToListAsync(Cancellation);
        events.Select(e => (e.RenderSeq, e.Type)).ShouldBe([(1, "render.enqueued"), (2, "render.created"), (3, "render.polling")]);
        events[2].PrevHash.ShouldBe(events[1].Hash);
        read.ShouldBeRow(next with { LedgerSeq = 3, LedgerHash = events[2].Hash });
        (await Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task A_commit_against_another_version_is_refused_and_writes_nothing()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await CommittedAsync(render.Next());
        var stale = render.Next() with { Message = "stale" };

        (await Store.CommitAsync(stale, 1, [stale.Entry("render.other")], Cancellation)).ShouldBe(CommitResult.Conflict);

        (await Store.GetAsync(render.Id, Cancellation))!.Message.ShouldBeNull();
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_commit_without_a_row_is_a_conflict()
    {
        var render = TestRenders.New(TestRenders.Start).Next();

        (await Store.CommitAsync(render, 1, [render.Entry()], Cancellation)).ShouldBe(CommitResult.Conflict);

        (await Ledger.TailAsync(10, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_must_carry_the_version_after_the_expected_one()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));

        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await Store.CommitAsync(render, 1, [], Cancellation));
    }

    [Fact]
    public async Task Of_32_parallel_commits_against_one_version_exactly_one_wins()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));

        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            var next = render.Next() with { Message = $"committer {i}" };
            return (i, Result: await (i % 2 == 0 ? Store : OtherStore).CommitAsync(next, 1, [next.Entry()], Cancellation));
        })));

        var winner = results.Where(r => r.Result == CommitResult.Committed).ShouldHaveSingleItem().i;
        results.Count(r => r.Result == CommitResult.Conflict).ShouldBe(31);
        (await Store.GetAsync(render.Id, Cancellation))!.Message.ShouldBe($"committer {winner}");
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 2, 1, null, 0));
    }

    [Fact]
    public async Task Parallel_commits_to_many_renders_all_succeed()
    {
        var renders = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => InsertedAsync(TestRenders.New(TestRenders.Start.AddSeconds(i)))));

        await Task.WhenAll(renders.Select((render, i) => Task.Run(async () =>
        {
            for (var n = 0; n < 8; n++)
            {
                render = render.Next();
                (await (i % 2 == 0 ? Store : OtherStore).CommitAsync(render, render.Version - 1, [render.Entry()], Cancellation)).ShouldBe(CommitResult.Committed);
            }
        })));

        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 16 * 9, 16, null, 0));
    }

    [Fact]
    public async Task A_chain_goes_on_from_what_the_database_holds_whatever_the_caller_believes()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var next = render.Next() with { LedgerSeq = 77, LedgerHash = new string('f', 64) };

        var read = await CommittedAsync(next);

        read.LedgerSeq.ShouldBe(2);
        (await Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task A_commit_without_events_leaves_the_chain_alone()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var next = render.Next() with { Looks = 1 };

        (await Store.CommitAsync(next, 1, [], Cancellation)).ShouldBe(CommitResult.Committed);

        (await Store.GetAsync(render.Id, Cancellation)).ShouldBeRow(next);
        (await Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task No_two_renders_own_one_video()
    {
        var owner = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await CommittedAsync(owner.Next() with { VideoId = "video_1" });
        var other = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var next = other.Next() with { VideoId = "video_1" };

        (await Store.CommitAsync(next, 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.VideoIdTaken);

        (await Store.GetAsync(other.Id, Cancellation)).ShouldBeRow(other);
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 3, 2, null, 0));
    }

    [Fact]
    public async Task Of_parallel_claims_to_one_video_exactly_one_wins()
    {
        var renders = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => InsertedAsync(TestRenders.New(TestRenders.Start))));

        var results = await Task.WhenAll(renders.Select((render, i) => Task.Run(() =>
        {
            var next = render.Next() with { VideoId = "video_1" };
            return (i % 2 == 0 ? Store : OtherStore).CommitAsync(next, 1, [next.Entry()], Cancellation);
        })));

        results.Count(result => result == CommitResult.Committed).ShouldBe(1);
        results.Count(result => result == CommitResult.VideoIdTaken).ShouldBe(7);
    }

    [Fact]
    public async Task A_stale_commit_is_a_conflict_even_when_its_video_is_taken()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var next = render.Next() with { VideoId = "video_1" };
        await CommittedAsync(next);

        (await Store.CommitAsync(next, 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Conflict);
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_commit_whose_event_cannot_be_written_leaves_the_row_alone()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var next = render.Next() with { Status = RenderStatus.Failed };

        await Should.ThrowAsync<Exception>(Store.CommitAsync(next, 1, [next.Entry(), render.Entry("render.enqueued")], Cancellation));

        (await Store.GetAsync(render.Id, Cancellation)).ShouldBeRow(render);
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }
}
