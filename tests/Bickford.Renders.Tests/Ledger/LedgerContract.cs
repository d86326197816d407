using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Data;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>What every ledger must do.</summary>
public abstract class LedgerContract : DatabaseContract
{
    private ILedger Ledger => Fixture.Ledger;

    private IRenderStore Store => Fixture.Store;

    [Fact]
    public async Task An_empty_ledger_verifies()
    {
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 0, 0, null, 0));
        (await Ledger.TailAsync(10, Cancellation)).ShouldBeEmpty();
        (await Ledger.ReadAsync(cancellationToken: Cancellation).ToListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_callers_events_form_a_chain_of_their_own()
    {
        var first = await Ledger.RecordAsync("invoices/2026-03", "invoice.sent", new JsonObject { ["to"] = "Åsa", ["amount"] = 1.50m }, null, Cancellation);
        Fixture.Clock.Advance(TimeSpan.FromMilliseconds(1.5));
        var second = await Ledger.RecordAsync("invoices/2026-03", "invoice.paid", [], null, Cancellation);
        var other = await Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        (first.Seq, first.RenderSeq, first.PrevHash, first.RenderId).ShouldBe((1, 1, LedgerHash.Genesis, null));
        first.Payload.ShouldBe("""{"amount":1.5,"to":"Åsa"}""");
        (second.Seq, second.RenderSeq, second.PrevHash).ShouldBe((2, 2, first.Hash));
        second.OccurredAt.ShouldBe(TestRenders.Start.AddMilliseconds(1));
        (other.Seq, other.RenderSeq, other.PrevHash).ShouldBe((3, 1, LedgerHash.Genesis));
        first.EventId.ShouldNotBe(second.EventId);
        (await Ledger.ReadAsync(cancellationToken: Cancellation).ToListAsync(Cancellation)).ShouldBe([first, second, other]);
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 3, 2, null, 0));
    }

    [Fact]
    public async Task The_same_event_id_writes_nothing_and_returns_the_event_that_is_there()
    {
        var id = Guid.CreateVersion7(TestRenders.Start);
        var first = await Ledger.RecordAsync("notes", "note", new JsonObject { ["text"] = "one" }, id, Cancellation);

        var again = await Fixture.OtherLedger.RecordAsync("notes", "note", new JsonObject { ["text"] = "two" }, id, Cancellation);

        again.ShouldBe(first);
        (await Ledger.TailAsync(10, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Concurrent_writers_of_one_stream_all_succeed()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Ledger : Fixture.OtherLedger).RecordAsync("notes", "note", new JsonObject { ["i"] = i }, null, Cancellation))));

        var events = await Ledger.ReadAsync(stream: "notes", cancellationToken: Cancellation).ToListAsync(Cancellation);
        events.Select(e => e.RenderSeq).ShouldBe(Enumerable.Range(1, 40).Select(i => (long)i));
        (await Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task Concurrent_writers_of_one_event_id_write_it_once()
    {
        var id = Guid.CreateVersion7(TestRenders.Start);

        var events = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Ledger : Fixture.OtherLedger).RecordAsync("notes", "note", new JsonObject { ["i"] = i }, id, Cancellation))));

        events.Distinct().Count().ShouldBe(1);
        (await Ledger.TailAsync(10, Cancellation)).ShouldBe([events[0]]);
    }

    [Theory]
    [InlineData("", "note", "stream")]
    [InlineData("a b", "note", "stream")]
    [InlineData("a\n", "note", "stream")]
    [InlineData("ä", "note", "stream")]
    [InlineData("renders", "note", "stream")]
    [InlineData("renders/mine", "note", "stream")]
    [InlineData("notes", "", "type")]
    [InlineData("notes", "Note", "type")]
    [InlineData("notes", "note.", "type")]
    [InlineData("notes", "note taken", "type")]
    [InlineData("notes", "note\n", "type")]
    [InlineData("notes", "render", "type")]
    [InlineData("notes", "render.created", "type")]
    public async Task A_name_that_is_not_allowed_is_refused(string stream, string type, string field)
    {
        var error = await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.RecordAsync(stream, type, [], null, Cancellation));

        error.Field.ShouldBe(field);
        (await Ledger.TailAsync(1, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_may_be_as_long_as_allowed_and_no_longer()
    {
        await Ledger.RecordAsync(new string('a', 200), new string('b', 100), [], null, Cancellation);

        (await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.RecordAsync(new string('a', 201), "note", [], null, Cancellation))).Field.ShouldBe("stream");
        (await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.RecordAsync("a", new string('b', 101), [], null, Cancellation))).Field.ShouldBe("type");
    }

    [Fact]
    public async Task A_payload_may_have_256_KiB_and_no_more()
    {
        const int Frame = 8; // {"x":""}
        await Ledger.RecordAsync("notes", "note", new JsonObject { ["x"] = new string('y', (256 * 1024) - Frame) }, null, Cancellation);

        (await Should.ThrowAsync<RenderRequestException>(async () =>
            await Ledger.RecordAsync("notes", "note", new JsonObject { ["x"] = new string('y', (256 * 1024) - Frame + 1) }, null, Cancellation))).Field.ShouldBe("payload");
        (await Should.ThrowAsync<RenderRequestException>(async () =>
            await Ledger.RecordAsync("notes", "note", new JsonObject { ["x"] = double.NaN }, null, Cancellation))).Field.ShouldBe("payload");
    }

    [Fact]
    public async Task Reading_goes_on_after_a_position_over_pages_by_stream()
    {
        var render = TestRenders.New(TestRenders.Start);
        await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        for (var i = 0; i < 250; i++)
            await Ledger.RecordAsync(i % 2 == 0 ? "even" : "odd", "note", new JsonObject { ["i"] = i }, null, Cancellation);

        (await Ledger.ReadAsync(cancellationToken: Cancellation).Select(e => e.Seq).ToListAsync(Cancellation)).ShouldBe(Enumerable.Range(1, 251).Select(i => (long)i));
        (await Ledger.ReadAsync(100, "even", Cancellation).Select(e => e.Seq).ToListAsync(Cancellation)).ShouldBe(Enumerable.Range(0, 76).Select(i => 100L + (2 * i)).Where(seq => seq > 100));
        (await Ledger.ReadAsync(0, LedgerHash.StreamOf(render.Id), Cancellation).SingleAsync(Cancellation)).RenderId.ShouldBe(render.Id);
        (await Ledger.ReadAsync(251, cancellationToken: Cancellation).CountAsync(Cancellation)).ShouldBe(0);
        (await Ledger.ReadAsync(0, "nothing", Cancellation).CountAsync(Cancellation)).ShouldBe(0);
    }

    [Fact]
    public async Task The_tail_is_newest_first()
    {
        for (var i = 0; i < 5; i++)
            await Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        (await Ledger.TailAsync(2, Cancellation)).Select(e => e.Seq).ShouldBe([5, 4]);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await Ledger.TailAsync(0, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await Ledger.TailAsync(1_001, Cancellation));
    }

    [Fact]
    public async Task A_ledger_of_many_streams_verifies_while_others_write()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writer = Task.Run(
            async () =>
            {
                for (var i = 0; !enough.IsCancellationRequested; i++)
                {
                    var render = TestRenders.New(TestRenders.Start.AddSeconds(i));
                    await Fixture.OtherStore.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
                    var next = render.Next() with { Status = RenderStatus.Rendering, VideoId = $"video_{i}" };
                    await Fixture.OtherStore.CommitAsync(next, 1, [next.Entry()], Cancellation);
                }
            },
            Cancellation);

        LedgerReport report;
        do
        {
            report = await Ledger.VerifyAsync(Cancellation);
            report.FirstFault.ShouldBeNull();
        }
        while (report.Events < 300 && !writer.IsCompleted);

        await enough.CancelAsync();
        await writer;
        report.Verified.ShouldBeTrue();
    }
}
