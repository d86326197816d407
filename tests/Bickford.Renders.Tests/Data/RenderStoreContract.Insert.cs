using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

public abstract partial class RenderStoreContract
{
    [Fact]
    public async Task An_inserted_render_is_read_back_with_its_ledger_head()
    {
        var render = TestRenders.New(TestRenders.Start);

        var (inserted, created) = await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);

        created.ShouldBeTrue();
        inserted.ShouldBeRow(render with { LedgerSeq = 1, LedgerHash = inserted.LedgerHash });
        (await Ledger.TailAsync(1, Cancellation))[0].Hash.ShouldBe(inserted.LedgerHash);
        (await OtherStore.GetAsync(render.Id, Cancellation)).ShouldBeRow(inserted);
    }

    [Fact]
    public async Task Every_field_survives_insert_and_commit()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var render = RenderGenerator.Create(seed) with { Version = 1 };
            var (inserted, _) = await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
            (await Store.GetAsync(render.Id, Cancellation)).ShouldBeRow(inserted, $"seed {seed}");

            var next = RenderGenerator.Create(seed + 10_000) with { Id = render.Id, Version = 2 };
            (await Store.CommitAsync(next, 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Committed);
            var read = (await Store.GetAsync(render.Id, Cancellation))!;
            read.LedgerSeq.ShouldBe(2);
            read.ShouldBeRow(
                next with { LeaseUntil = next.LeaseOwner is null ? null : render.LeaseUntil, LedgerSeq = 2, LedgerHash = read.LedgerHash, Turn = inserted.Turn, Batch = render.Batch },
                $"seed {seed}");
        }
    }

    [Fact]
    public async Task Without_a_row_there_is_null()
    {
        (await Store.GetAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task The_same_idempotency_key_returns_the_render_that_has_it_and_writes_nothing()
    {
        var first = await InsertedAsync(TestRenders.New(TestRenders.Start, key: "order-1"));
        var second = TestRenders.New(TestRenders.Start, "another prompt", key: "order-1");

        var (render, created) = await Store.InsertAsync(second, [second.Entry("render.enqueued")], Cancellation);

        created.ShouldBeFalse();
        render.ShouldBeRow(first);
        (await Store.GetAsync(second.Id, Cancellation)).ShouldBeNull();
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_parallel_inserts_with_one_key_exactly_one_creates_and_all_get_the_same_render()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() =>
        {
            var render = TestRenders.New(TestRenders.Start, key: "order-1");
            return (i % 2 == 0 ? Store : OtherStore).InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        })));

        results.Count(result => result.Created).ShouldBe(1);
        results.Select(result => result.Render.Id).Distinct().Count().ShouldBe(1);
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_insert_whose_answer_was_lost_can_be_repeated()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));

        var (again, created) = await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);

        created.ShouldBeFalse();
        again.ShouldBeRow(render);
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_insert_whose_event_cannot_be_written_leaves_no_row()
    {
        var first = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var second = TestRenders.New(TestRenders.Start);

        await Should.ThrowAsync<Exception>(Store.InsertAsync(second, [second.Entry("render.enqueued"), first.Entry("render.enqueued")], Cancellation));

        (await Store.GetAsync(second.Id, Cancellation)).ShouldBeNull();
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    [Fact]
    public async Task A_cancelled_insert_writes_nothing()
    {
        var render = TestRenders.New(TestRenders.Start);

        await Should.ThrowAsync<OperationCanceledException>(
            Store.InsertAsync(render, [render.Entry("render.enqueued")], new CancellationToken(canceled: true)));

        (await Store.GetAsync(render.Id, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Many_rows_are_inserted_together_and_those_that_are_there_are_returned()
    {
        var there = await InsertedAsync(TestRenders.New(TestRenders.Start, key: "order-1"));
        var fresh = TestRenders.New(TestRenders.Start.AddSeconds(1), key: "order-2");

        var results = await Store.InsertAllAsync([NewRow(TestRenders.New(TestRenders.Start.AddSeconds(1), key: "order-1")), NewRow(fresh), NewRow(TestRenders.New(TestRenders.Start.AddSeconds(2), key: "order-2"))], Cancellation);

        results.Select(result => result.Created).ShouldBe([false, true, false]);
        results.Select(result => result.Render.Id).ShouldBe([there.Id, fresh.Id, fresh.Id]);
        (await OtherStore.GetAsync(fresh.Id, Cancellation)).ShouldBeRow(results[1].Render);
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("there before")]
    [InlineData("among them")]
    public async Task Of_many_rows_none_is_inserted_when_a_key_belongs_to_another_request(string where)
    {
        var other = TestRenders.New(TestRenders.Start, key: "order-2") with { RequestHash = new string('b', 64) };
        if (where == "there before")
            await InsertedAsync(other);
        var first = TestRenders.New(TestRenders.Start.AddSeconds(1), key: "order-1");
        NewRow[] rows = where == "there before" ? [NewRow(first)] : [NewRow(first), NewRow(other)];
        rows = [.. rows, NewRow(TestRenders.New(TestRenders.Start.AddSeconds(2), key: "order-2")), NewRow(TestRenders.New(TestRenders.Start.AddSeconds(3)))];

        var results = await Store.InsertAllAsync(rows, Cancellation);

        results.Count.ShouldBe(rows.Length - 1, "they end with the one that is refused");
        results[^1].Render.Id.ShouldBe(other.Id);
        (await Store.ListAsync(new RenderFilter(), null, 10, Cancellation)).Count.ShouldBe(where == "there before" ? 1 : 0);
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(where == "there before" ? 1 : 0);
    }

    [Fact]
    public async Task Batches_that_meet_with_the_same_keys_in_another_order_make_each_row_once()
    {
        var keys = Enumerable.Range(0, 10).Select(i => $"order-{i}").ToArray();

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => (i % 2 == 0 ? Store : OtherStore).InsertAllAsync(
            [.. (i % 2 == 0 ? keys : keys.Reverse()).Select(key => NewRow(TestRenders.New(TestRenders.Start.AddMilliseconds(i), key: key)))], Cancellation))));

        results.Sum(batch => batch.Count(result => result.Created)).ShouldBe(10);
        (await Store.ListAsync(new RenderFilter(), null, 100, Cancellation)).Count.ShouldBe(10);
    }

    private static NewRow NewRow(Render render) => new(render, [render.Entry("render.enqueued")]);
}
