using System.Data.Common;
using System.Globalization;
using Bickford.Renders.Ledger;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Data;
using Dapper;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>
/// Somebody who has the database and rewrites it so well that no chain shows it: the seals do. The ledger is that of <see cref="TamperedLedger"/>, with seal 1 over
/// positions 1 to 4, seal 2 over 5 to 8, seal 3 over 9.
/// </summary>
public abstract class SealTamperingContract : IAsyncLifetime
{
    private readonly InMemoryVideoStore _copies = new();
    private TamperedLedger _ledger = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ledger = await CreateAsync();
        await _ledger.FillAsync();
        await Sealer().SealAsync(Cancellation);
        (await _ledger.VerifyAsync()).ShouldBe(new LedgerReport(true, 9, 3, null, 0) { Seals = 3, SealedEvents = 9 });
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TamperedLedger> CreateAsync();

    [Theory]
    [InlineData("UPDATE ledger_seals SET root = 'x' WHERE number = 1", "never changed")]
    [InlineData("DELETE FROM ledger_seals WHERE number = 3", "never removed")]
    public async Task The_database_itself_refuses_to_edit_the_seals(string sql, string reason)
    {
        await using var connection = await _ledger.OpenAsync();

        (await Should.ThrowAsync<DbException>(connection.ExecuteAsync(_ledger.Tables(sql)))).Message.ShouldContain(reason);

        (await _ledger.VerifyAsync()).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task A_whole_render_removed_with_its_row_is_found()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_events WHERE render_id = @id; DELETE FROM renders WHERE id = @id");
        await _ledger.CloseTheGapsAsync();

        await ShouldFindAsync(1, "seal 1 (events 1 to 4)");
    }

    [Fact]
    public async Task A_chain_rewritten_from_some_point_on_together_with_its_row_is_found()
    {
        await _ledger.RewriteAsync(4, "warehouse");

        (await Sealer().VerifyCopiesAsync(Cancellation)).FirstFault.ShouldBeNull();
        await ShouldFindAsync(1, "altered, reordered or rewritten");
    }

    [Fact]
    public async Task The_newest_event_of_a_callers_stream_removed_is_found()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_events WHERE seq = 9");
        await _ledger.CloseTheGapsAsync();

        await ShouldFindAsync(3, "1 events were sealed, 0 are there: removed");
    }

    [Fact]
    public async Task Streams_swapped_as_a_whole_are_found()
    {
        // Each chain fits in itself at its new positions.
        await _ledger.AttackAsync("UPDATE ledger_events SET seq = -seq WHERE seq IN (1, 2)");
        await _ledger.AttackAsync("UPDATE ledger_events SET seq = 3 + seq WHERE seq IN (-1, -2)");

        await ShouldFindAsync(1, "altered, reordered or rewritten");
    }

    [Fact]
    public async Task An_altered_event_is_named_rather_than_its_seal()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = replace(payload, 'lighthouse', 'warehouse') WHERE seq = 4");

        var report = await _ledger.VerifyAsync();
        (report.FirstFault!.Seq, report.FirstFault.Seal, report.Faults).ShouldBe((4, null, 1));
    }

    [Fact]
    public async Task An_event_altered_under_a_right_hash_is_found_by_its_seal_before_its_successor()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = replace(payload, 'lighthouse', 'warehouse') WHERE seq = 4");
        await _ledger.RehashAsync(4);

        var report = await _ledger.VerifyAsync();
        report.FirstFault!.Seal.ShouldBe(1, "the event after it, at 7, is the first that shows it by itself");
        report.Faults.ShouldBe(2);
    }

    [Theory]
    [InlineData("UPDATE ledger_seals SET events = 5 WHERE number = 2", 2, "it was altered")]
    [InlineData("UPDATE ledger_seals SET root = 'x' WHERE number = 2", 2, "it was altered")]
    [InlineData("UPDATE ledger_seals SET sealed_at = '2026-01-01T00:00:00.000Z' WHERE number = 2", 2, "it was altered")]
    [InlineData("UPDATE ledger_seals SET hash = 'x' WHERE number = 2", 2, "it was altered")]
    [InlineData("UPDATE ledger_seals SET number = 9 WHERE number = 3", 9, "seals 3 to 8 are missing")]
    [InlineData("DELETE FROM ledger_seals WHERE number = 2", 3, "seal 2 is missing")]
    [InlineData("DELETE FROM ledger_seals WHERE number = 1", 2, "seal 1 is missing")]
    public async Task An_edited_seal_is_found(string sql, long seal, string problem)
    {
        await _ledger.AttackAsync(sql);

        await ShouldFindAsync(seal, problem);
    }

    [Fact]
    public async Task A_forged_seal_with_a_right_hash_breaks_the_next()
    {
        await ForgeAsync(2);

        await ShouldFindAsync(3, "does not continue the hash of the seal before");
    }

    [Fact]
    public async Task A_ledger_rewritten_with_all_its_seals_is_found_by_the_copies_outside()
    {
        await _ledger.RewriteAsync(4, "warehouse");
        await ResealAsync(from: 1);

        (await _ledger.VerifyAsync()).Verified.ShouldBeTrue("in itself it fits");
        var report = await Sealer().VerifyCopiesAsync(Cancellation);
        (report.Copies, report.Faults).ShouldBe((0, 3));
        report.FirstFault!.Seal.ShouldBe(1);
        report.FirstFault.Problem.ShouldContain("memory:///ledger/seals/1.json is another");
    }

    [Fact]
    public async Task A_ledger_rewritten_from_some_seal_on_is_found_by_the_copies_from_there()
    {
        await ResealAsync(from: 2);

        var report = await Sealer().VerifyCopiesAsync(Cancellation);
        (report.FirstFault!.Seal, report.Copies, report.Faults).ShouldBe((2, 1, 2));
    }

    [Fact]
    public async Task A_ledger_set_back_to_an_older_state_is_found_by_the_copies_outside()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_seals WHERE number > 1");

        var report = await Sealer().VerifyCopiesAsync(Cancellation);

        (report.FirstFault!.Seal, report.Faults).ShouldBe((2, 1));
        report.FirstFault.Problem.ShouldContain("the database does not have it");
    }

    [Fact]
    public async Task A_copy_that_is_another_is_never_overwritten()
    {
        await ResealAsync(from: 2);
        var before = _copies.Read("ledger/seals/2.json");

        var run = await Sealer().SealAsync(Cancellation);

        run.Fault!.Seal.ShouldBe(3, "looked for from the end");
        _copies.Read("ledger/seals/2.json").ShouldBe(before);
        _copies.Keys.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"format":"bickford-renders/ledger-seal/1","number":"two"}""")]
    public async Task An_edited_copy_is_found(string text)
    {
        _copies.Corrupt("ledger/seals/2.json", System.Text.Encoding.UTF8.GetBytes(text));

        var report = await Sealer().VerifyCopiesAsync(Cancellation);

        (report.FirstFault!.Seal, report.Copies, report.Faults).ShouldBe((2, 2, 1));
    }

    [Fact]
    public async Task A_removed_copy_is_found_when_a_later_one_is_there()
    {
        await _copies.DeleteAsync("ledger/seals/2.json", Cancellation);

        var report = await Sealer().VerifyCopiesAsync(Cancellation);

        (report.FirstFault!.Seal, report.Waiting, report.Faults).ShouldBe((2, 0, 1));
        report.FirstFault.Problem.ShouldContain("is gone");
    }

    private ILedgerSealer Sealer() => Sealers.New(_ledger.Seals, _copies, new ManualClock(TestRenders.Start));

    /// <summary>Another time of sealing, under a right hash.</summary>
    private async Task ForgeAsync(long number)
    {
        var seal = (await _ledger.Seals.GetAsync(number, Cancellation))!;
        var forged = seal with { SealedAt = seal.SealedAt.AddSeconds(1) };
        await WriteAsync(forged with { Hash = forged.ComputeHash() });
    }

    /// <summary>All seals from one on, anew over what is there now.</summary>
    private async Task ResealAsync(long from)
    {
        await _ledger.AttackAsync(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM ledger_seals WHERE number >= {from}"));
        await Sealers.New(_ledger.Seals, new InMemoryVideoStore(), new ManualClock(TestRenders.Start.AddDays(1))).SealAsync(Cancellation);
    }

    private Task WriteAsync(LedgerSeal seal) => _ledger.AttackAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"UPDATE ledger_seals SET sealed_at = '{LedgerHash.TimeText(seal.SealedAt)}', hash = '{seal.Hash}' WHERE number = {seal.Number}"));

    private async Task ShouldFindAsync(long seal, string problem)
    {
        var report = await _ledger.VerifyAsync();

        report.Verified.ShouldBeFalse();
        report.FirstFault.ShouldNotBeNull().Problem.ShouldContain(problem);
        report.FirstFault.Seal.ShouldBe(seal, report.FirstFault.Problem);
    }
}
