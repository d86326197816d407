using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Data;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>What every ledger must do for its named readers.</summary>
public abstract class CursorContract : DatabaseContract
{
    private ILedger Ledger => Fixture.Ledger;

    [Fact]
    public async Task A_new_cursor_begins_with_the_first_event_and_is_kept_from_its_first_acknowledgement_on()
    {
        await RecordAsync(3);

        (await ReadAsync("warehouse")).ShouldBe([1, 2, 3]);
        (await Ledger.FindCursorAsync("warehouse", Cancellation)).ShouldBeNull();
        (await Ledger.ListCursorsAsync(Cancellation)).ShouldBeEmpty();

        var held = await Ledger.AcknowledgeAsync("warehouse", 2, Cancellation);

        held.ShouldBe(new LedgerCursor("warehouse", 2, TestRenders.Start));
        (await Fixture.OtherLedger.FindCursorAsync("warehouse", Cancellation)).ShouldBe(held);
        (await ReadAsync("warehouse")).ShouldBe([3]);
    }

    [Fact]
    public async Task What_was_read_and_not_acknowledged_comes_again()
    {
        await RecordAsync(2);
        await Ledger.AcknowledgeAsync("warehouse", 1, Cancellation);

        (await ReadAsync("warehouse")).ShouldBe([2]);
        (await Fixture.OtherLedger.ReadAsync("warehouse", Cancellation).Select(e => e.Seq).ToListAsync(Cancellation)).ShouldBe([2]);
        await RecordAsync(1);

        (await ReadAsync("warehouse")).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Cursors_do_not_move_each_other()
    {
        await RecordAsync(3);
        await Ledger.AcknowledgeAsync("warehouse", 3, Cancellation);
        await Ledger.AcknowledgeAsync("Reports", 1, Cancellation);

        (await ReadAsync("warehouse")).ShouldBeEmpty();
        (await ReadAsync("Reports")).ShouldBe([2, 3]);
        (await ReadAsync("reports")).ShouldBe([1, 2, 3]);
        (await Ledger.ListCursorsAsync(Cancellation)).Select(cursor => cursor.Name).ShouldBe(["Reports", "warehouse"]);
    }

    [Fact]
    public async Task An_acknowledgement_that_comes_late_moves_nothing_back()
    {
        await RecordAsync(3);
        await Ledger.AcknowledgeAsync("warehouse", 3, Cancellation);
        Fixture.Clock.Advance(TimeSpan.FromMinutes(1));

        (await Fixture.OtherLedger.AcknowledgeAsync("warehouse", 1, Cancellation)).ShouldBe(new LedgerCursor("warehouse", 3, TestRenders.Start));
        (await Ledger.AcknowledgeAsync("warehouse", 3, Cancellation)).MovedAt.ShouldBe(TestRenders.Start);
        (await ReadAsync("warehouse")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_acknowledgements_at_once_the_furthest_holds()
    {
        await RecordAsync(20);

        await Task.WhenAll(Enumerable.Range(1, 20).Select(seq => Task.Run(() => (seq % 2 == 0 ? Ledger : Fixture.OtherLedger).AcknowledgeAsync("warehouse", seq, Cancellation))));

        (await Ledger.FindCursorAsync("warehouse", Cancellation))!.Position.ShouldBe(20);
    }

    [Fact]
    public async Task A_cursor_can_be_sent_back_and_on()
    {
        await RecordAsync(3);
        await Ledger.AcknowledgeAsync("warehouse", 3, Cancellation);
        Fixture.Clock.Advance(TimeSpan.FromMinutes(1));

        (await Ledger.MoveCursorAsync("warehouse", 1, Cancellation)).ShouldBe(new LedgerCursor("warehouse", 1, TestRenders.Start.AddMinutes(1)));
        (await ReadAsync("warehouse")).ShouldBe([2, 3]);
        await Ledger.MoveCursorAsync("warehouse", 0, Cancellation);
        (await ReadAsync("warehouse")).ShouldBe([1, 2, 3]);
        (await Ledger.MoveCursorAsync("reports", 2, Cancellation)).Position.ShouldBe(2);
        (await ReadAsync("reports")).ShouldBe([3]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public async Task No_cursor_stands_where_no_event_is_yet(long seq)
    {
        await RecordAsync(2);

        var error = await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.AcknowledgeAsync("warehouse", seq, Cancellation));

        (error.Field, error.Allowed).ShouldBe(("position", "0 to 2, the newest position on the ledger"));
        await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.MoveCursorAsync("warehouse", seq, Cancellation));
        (await Ledger.FindCursorAsync("warehouse", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_cursor_that_is_forgotten_begins_anew()
    {
        await RecordAsync(2);
        await Ledger.AcknowledgeAsync("warehouse", 2, Cancellation);

        (await Ledger.RemoveCursorAsync("warehouse", Cancellation)).ShouldBeTrue();
        (await Ledger.RemoveCursorAsync("warehouse", Cancellation)).ShouldBeFalse();
        (await ReadAsync("warehouse")).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public async Task A_name_that_no_cursor_may_have_is_refused(string name)
    {
        (await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.AcknowledgeAsync(name, 0, Cancellation))).Field.ShouldBe("cursor");
        (await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.FindCursorAsync(name, Cancellation))).Field.ShouldBe("cursor");
        (await Should.ThrowAsync<RenderRequestException>(async () => await Ledger.RemoveCursorAsync(name, Cancellation))).Field.ShouldBe("cursor");
        Should.Throw<RenderRequestException>(() => Ledger.ReadAsync(name, Cancellation)).Field.ShouldBe("cursor");
    }

    private async Task RecordAsync(int events)
    {
        for (var i = 0; i < events; i++)
            await Ledger.RecordAsync("notes", "note", [], null, Cancellation);
    }

    private async Task<List<long>> ReadAsync(string cursor) => await Ledger.ReadAsync(cursor, Cancellation).Select(e => e.Seq).ToListAsync(Cancellation);
}
