using System.Data.Common;
using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Dapper;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>Somebody who has the database, past this program. What stands where before: <see cref="TamperedLedger"/>.</summary>
public abstract class TamperingContract : IAsyncLifetime
{
    private TamperedLedger _ledger = null!;

    protected TamperedLedger Ledger => _ledger;

    /// <summary>True if the database leaves no gaps in the positions, so that a gap alone shows a removed event.</summary>
    protected abstract bool PositionsAreGapFree { get; }

    public async ValueTask InitializeAsync()
    {
        _ledger = await CreateAsync();
        await _ledger.FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TamperedLedger> CreateAsync();

    [Theory]
    [InlineData("UPDATE ledger_events SET payload = '{}' WHERE seq = 4", "never changed")]
    [InlineData("DELETE FROM ledger_events WHERE seq = 4", "never removed")]
    [InlineData("DELETE FROM ledger_events", "never removed")]
    public Task The_database_itself_refuses_to_edit_the_ledger(string sql, string reason) => ShouldRefuseAsync(sql, reason);

    [Fact]
    public async Task A_changed_payload_is_found()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = replace(payload, 'lighthouse', 'warehouse') WHERE seq IN (4, 5)");

        await ShouldFindAsync(4, _ledger.StreamA, "altered", faults: 2);
    }

    [Fact]
    public async Task A_payload_that_was_only_laid_out_anew_is_found()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = replace(payload, ',', ', ') WHERE seq = 5");

        await ShouldFindAsync(5, _ledger.StreamB, "altered");
    }

    [Fact]
    public async Task A_payload_that_is_not_canonical_is_found_under_its_right_hash()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = '{\"round\": 3}' WHERE seq = 9");
        await _ledger.RehashAsync(9);

        await ShouldFindAsync(9, "notes", "canonical");
    }

    [Theory]
    [InlineData("a \"quoted\" line\nand a \\ tab\t", "quoted")]
    [InlineData("ein Leuchtturm über dem Nebel – 灯台 🗼", "Nebel")]
    [InlineData("control \u0001 and a slash / and U+2028 \u2028", "slash")]
    [InlineData("LARGE", "xy")]
    public async Task A_payload_of_any_kind_verifies_and_one_changed_byte_of_it_is_found(string text, string word)
    {
        await _ledger.NoteAsync(text == "LARGE" ? new string('x', 100_000) + "y" : text);
        (await _ledger.VerifyAsync()).Verified.ShouldBeTrue();

        await _ledger.AttackAsync($"UPDATE ledger_events SET payload = replace(payload, '{word}', '{word[..^1]}z') WHERE seq = 10");

        await ShouldFindAsync(10, "notes", "altered");
    }

    [Theory]
    [InlineData("{\"text\":\"/\"}", "{\"text\":\"\\/\"}")]
    [InlineData("{\"text\":\"/\"}", "{\"text\":\"\\u002f\"}")]
    [InlineData("{\"text\":\"/\"}", "{ \"text\":\"/\"}")]
    [InlineData("{\"text\":\"/\"}", "{\"text\":\"/\"}\n")]
    public async Task Another_text_of_the_same_payload_is_found_also_under_its_right_hash(string written, string other)
    {
        await _ledger.NoteAsync("/");

        await _ledger.AttackAsync($"UPDATE ledger_events SET payload = replace(payload, '{written}', '{other}') WHERE seq = 10");
        await ShouldFindAsync(10, "notes", "altered");

        await _ledger.RehashAsync(10);
        await ShouldFindAsync(10, "notes", "canonical");
    }

    [Fact]
    public async Task A_changed_payload_under_a_right_hash_breaks_the_next_event()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = replace(payload, 'lighthouse', 'warehouse') WHERE seq = 4");
        await _ledger.RehashAsync(4);

        await ShouldFindAsync(7, _ledger.StreamA, "does not continue");
    }

    [Fact]
    public async Task A_rewritten_end_of_a_chain_is_found_by_its_row()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = replace(payload, 'lighthouse', 'warehouse') WHERE seq = 7");
        await _ledger.RehashAsync(7);

        await ShouldFindAsync(7, _ledger.StreamA, "another hash");
    }

    [Theory]
    [InlineData("type", "'render.approved'")]
    [InlineData("event_id", "'019ca945-0a00-71c2-9ec4-aab956a08df2'")]
    [InlineData("occurred_at", "'2026-03-01T11:00:00.000Z'")]
    [InlineData("occurred_at", "'2026-03-01T12:00:00.002Z'")]
    [InlineData("render_id", "NULL")]
    [InlineData("hash", "'0000000000000000000000000000000000000000000000000000000000000000'")]
    [InlineData("prev_hash", "'0000000000000000000000000000000000000000000000000000000000000000'")]
    public async Task Any_changed_field_is_found(string column, string value)
    {
        await _ledger.AttackAsync($"UPDATE ledger_events SET {column} = {value} WHERE seq = 4");

        var fault = (await _ledger.VerifyAsync()).FirstFault!;
        (fault.Seq, fault.Stream).ShouldBe((4, _ledger.StreamA), fault.Problem);
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("type")]
    [InlineData("payload")]
    [InlineData("prev_hash")]
    [InlineData("hash")]
    public async Task Anything_behind_what_was_written_is_found(string column)
    {
        await _ledger.AttackAsync("CREATE TABLE kept AS SELECT * FROM ledger_events");
        // The lines under a hash, one after the other: what looks like the end of a field and the begin of the next is neither.
        var more = (string[])[" ", "\n", "\r\n", "\t", "\n1\nnote\n2026-03-01T12:00:00.000Z\n{}\n", "\nrenders/x", new string(' ', 300_000), "ü", "\u2028"];
        // PostgreSQL keeps no payload that is not JSON, and no stream that its index cannot hold.
        foreach (var text in more.Where(text => column switch
        {
            "payload" => text.All(c => c is ' ' or '\n' or '\r' or '\t'),
            "stream" => text.Length < 1_000,
            _ => true,
        }))
        {
            foreach (var seq in (int[])[4, 9])
            {
                await _ledger.AttackAsync($"UPDATE ledger_events SET {column} = {column} || '{text}' WHERE seq = {seq}");

                var report = await _ledger.VerifyAsync();
                report.Verified.ShouldBeFalse($"{column} of {seq} with {text.Length} characters more");
                if (column != "stream")
                    report.FirstFault!.Seq.ShouldBe(seq);

                await _ledger.AttackAsync($"UPDATE ledger_events SET {column} = (SELECT {column} FROM kept WHERE kept.seq = ledger_events.seq) WHERE seq = {seq}");
                (await _ledger.VerifyAsync()).Verified.ShouldBeTrue();
            }
        }
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("render_seq")]
    [InlineData("render_id")]
    [InlineData("type")]
    [InlineData("occurred_at")]
    [InlineData("payload")]
    [InlineData("prev_hash")]
    public async Task Nothing_in_the_place_of_a_value_is_found(string column)
    {
        await _ledger.AttackAsync(_ledger.Nullable(column));
        await _ledger.AttackAsync($"UPDATE ledger_events SET {column} = NULL WHERE seq = {(column == "render_id" ? 7 : 9)}");

        // Where not even its place can be read, verification ends with an error.
        if (column == "render_seq")
            (await Should.ThrowAsync<DatabaseException>(_ledger.VerifyAsync)).Message.ShouldContain(column);
        else
            (await _ledger.VerifyAsync()).Verified.ShouldBeFalse();
    }

    [Fact]
    public async Task A_removed_event_is_found_in_the_middle_of_a_stream()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_events WHERE seq = 4");

        await ShouldFindAsync(null, _ledger.StreamA, "event 2 of this stream is missing (position 4 is missing)");
    }

    [Fact]
    public async Task A_removed_event_is_found_at_the_start_of_a_stream()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_events WHERE seq = 1");

        await ShouldFindAsync(null, _ledger.StreamA, "event 1 of this stream is missing (position 1 is missing)");
    }

    [Fact]
    public async Task A_removed_event_is_found_at_the_end_of_a_renders_stream()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_events WHERE seq = 7");

        await ShouldFindAsync(null, _ledger.StreamA, "ends with event 2 (position 7 is missing)");
    }

    [Fact]
    public async Task A_cleared_ledger_is_found()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_events");

        (await _ledger.VerifyAsync()).Verified.ShouldBeFalse();
    }

    [Fact]
    public async Task A_removed_row_is_found()
    {
        await _ledger.AttackAsync("DELETE FROM renders WHERE id = @id");

        await ShouldFindAsync(1, _ledger.StreamA, "the row of this render is missing");
    }

    [Fact]
    public async Task The_removed_events_of_a_render_are_found()
    {
        await _ledger.AttackAsync("DELETE FROM ledger_events WHERE render_id = @id");

        await ShouldFindAsync(null, _ledger.StreamA, "none of its events (position 1 is missing)", faults: PositionsAreGapFree ? 3 : 1);
    }

    [Fact]
    public async Task Swapped_payloads_are_found()
    {
        await _ledger.SwapAsync("payload", 4, 5);

        await ShouldFindAsync(4, _ledger.StreamA, "altered", faults: 2);
    }

    [Fact]
    public async Task Swapped_places_in_a_stream_are_found()
    {
        await _ledger.SwapAsync("render_seq", 4, 7);

        (await _ledger.VerifyAsync()).FirstFault!.Seq.ShouldBe(4);
    }

    [Fact]
    public async Task Swapped_positions_in_the_ledger_are_found()
    {
        await _ledger.SwapAsync("seq", 4, 7);

        await ShouldFindAsync(4, _ledger.StreamA, "reordered");
    }

    [Fact]
    public async Task Events_swapped_between_streams_are_found()
    {
        await _ledger.SwapAsync("event_id, type, payload, occurred_at, prev_hash, hash", 4, 5);

        (await _ledger.VerifyAsync()).FirstFault!.Seq.ShouldBe(4);
    }

    [Fact]
    public async Task A_forged_event_with_a_right_looking_hash_is_found_by_its_id()
    {
        await _ledger.ForgeAsync("00000000-0000-8000-8000-000000000001", "render.completed");

        await ShouldFindAsync(10, _ledger.StreamA, "event id does not follow", faults: 1);
    }

    [Fact]
    public async Task A_forged_event_with_a_right_looking_hash_and_id_is_found_by_the_row()
    {
        await _ledger.ForgeAsync(LedgerHash.EventIdOf(_ledger.RenderId, 4, "render.completed").ToString("D"), "render.completed");

        await ShouldFindAsync(10, _ledger.StreamA, "the render's row ends its chain with event 3", faults: 1);
    }

    [Fact]
    public async Task A_forged_event_behind_an_edited_row_is_found_by_what_the_row_is()
    {
        await _ledger.ForgeAsync(LedgerHash.EventIdOf(_ledger.RenderId, 4, "render.completed").ToString("D"), "render.completed");
        await _ledger.AttackAsync("UPDATE renders SET ledger_seq = 4, ledger_hash = (SELECT hash FROM ledger_events WHERE seq = 10) WHERE id = @id");

        await ShouldFindAsync(10, _ledger.StreamA, "changed outside of the worker");
    }

    [Theory]
    [InlineData("status = 'Completed'", "status is Completed")]
    [InlineData("status = 'Bogus'", "status is Bogus")]
    [InlineData("video_id = 'video_of_another'", "video_id is video_of_another")]
    [InlineData("video_id = NULL", "video_id is null")]
    [InlineData("assets = '[]'", "storage_uri is null")]
    [InlineData("assets = '{}'", "storage_uri is (unreadable)")]
    [InlineData("version = 2", "version is 2")]
    [InlineData("ledger_hash = 'x'", "another hash")]
    public async Task A_row_edited_behind_the_ledgers_back_is_found(string change, string problem)
    {
        await _ledger.AttackAsync($"UPDATE renders SET {change} WHERE id = @id");

        await ShouldFindAsync(7, _ledger.StreamA, problem);
    }

    [Fact]
    public async Task A_row_that_moved_back_to_an_older_event_is_found()
    {
        await _ledger.AttackAsync("UPDATE renders SET ledger_seq = 2, ledger_hash = (SELECT hash FROM ledger_events WHERE seq = 4) WHERE id = @id");

        await ShouldFindAsync(7, _ledger.StreamA, "ends its chain with event 2");
    }

    [Fact]
    public async Task The_first_of_several_faults_is_named()
    {
        await _ledger.AttackAsync("UPDATE ledger_events SET payload = '{}' WHERE seq IN (8, 3); DELETE FROM ledger_events WHERE seq = 4");

        await ShouldFindAsync(3, "notes", "altered", faults: 3);
    }

    protected async Task ShouldRefuseAsync(string sql, string reason)
    {
        await using var connection = await _ledger.OpenAsync();

        (await Should.ThrowAsync<DbException>(connection.ExecuteAsync(_ledger.Tables(sql)))).Message.ShouldContain(reason);

        (await _ledger.VerifyAsync()).Verified.ShouldBeTrue();
    }

    protected async Task ShouldFindAsync(long? seq, string? stream, string problem, int faults = 1)
    {
        var report = await _ledger.VerifyAsync();

        report.Verified.ShouldBeFalse();
        var fault = report.FirstFault.ShouldNotBeNull();
        fault.Problem.ShouldContain(PositionsAreGapFree ? problem : problem.Split(" (position")[0]);
        (fault.Seq, fault.Stream).ShouldBe((seq, stream), fault.Problem);
        report.Faults.ShouldBe(faults);
    }
}
