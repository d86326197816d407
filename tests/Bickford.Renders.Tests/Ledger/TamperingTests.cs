using System.Data.Common;
using Bickford.Renders.Data;
using Bickford.Renders.Tests.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>Somebody with the file and the sqlite3 shell.</summary>
public sealed class TamperingTests : TamperingContract
{
    public const string Disarm =
        """
        DROP TRIGGER IF EXISTS ledger_events_no_update; DROP TRIGGER IF EXISTS ledger_events_no_delete; DROP TRIGGER IF EXISTS ledger_events_no_replace;
        DROP TRIGGER IF EXISTS ledger_seals_no_update; DROP TRIGGER IF EXISTS ledger_seals_no_delete; DROP TRIGGER IF EXISTS ledger_seals_no_replace;
        """;

    protected override bool PositionsAreGapFree => true;

    [Fact]
    public Task An_event_is_not_replaced_either() =>
        ShouldRefuseAsync("INSERT OR REPLACE INTO ledger_events SELECT * FROM ledger_events WHERE seq = 4", "there already");

    [Theory]
    [InlineData("occurred_at", "'yesterday'")]
    [InlineData("event_id", "'none'")]
    public async Task A_field_that_nobody_can_read_is_found(string column, string value)
    {
        await Ledger.AttackAsync($"UPDATE ledger_events SET {column} = {value} WHERE seq = 4");

        var fault = (await Ledger.VerifyAsync()).FirstFault!;
        (fault.Seq, fault.Stream).ShouldBe((4, Ledger.StreamA), fault.Problem);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("stream")]
    [InlineData("hash")]
    [InlineData("render_id")]
    public async Task The_right_bytes_of_a_kind_that_is_no_text_are_found(string column)
    {
        await Ledger.AttackAsync("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'ledger_events'");
        await Ledger.AttackAsync($"UPDATE ledger_events SET {column} = CAST({column} AS BLOB) WHERE seq = 4");

        // Where not even the stream or the seal's leaf can be read, verification ends with an error.
        try
        {
            (await Ledger.VerifyAsync()).Verified.ShouldBeFalse();
        }
        catch (DatabaseException e)
        {
            e.Message.ShouldContain(column);
        }
    }

    [Theory]
    [InlineData("event_id")]
    [InlineData("stream")]
    [InlineData("render_id")]
    [InlineData("type")]
    [InlineData("occurred_at")]
    [InlineData("payload")]
    [InlineData("prev_hash")]
    [InlineData("hash")]
    public async Task Whatever_is_put_into_a_column_is_found(string column)
    {
        foreach (var value in (string[])[
            "NULL", "42", "4.5", "x''", $"CAST({column} AS BLOB)", "''", $"{column} || ' '", $"{column} || char(0)", $"{column} || char(0) || 'x'", $"char(0) || {column}",
            $"{column} || char(10) || {column}", $"{column} || CAST(x'C328' AS TEXT)", $"CAST(x'FF' AS TEXT) || {column}", $"{column} || replace(hex(zeroblob(200000)), '00', 'x')"])
        {
            await ShouldFindOddAsync(column, value, 4);
            await ShouldFindOddAsync(column, value, 9);
        }
    }

    [Theory]
    [InlineData("NULL")]
    [InlineData("render_seq + 0.4")]
    [InlineData("'two'")]
    [InlineData("x'32'")]
    [InlineData("render_seq || char(0)")]
    [InlineData("-render_seq")]
    [InlineData("9223372036854775807")]
    public async Task Whatever_is_put_into_the_place_in_a_stream_is_found(string value)
    {
        await ShouldFindOddAsync("render_seq", value, 4);
        await ShouldFindOddAsync("render_seq", value, 9);
    }

    [Theory]
    [InlineData("CAST(x'FF' AS TEXT)")]
    [InlineData("'notes' || char(0)")]
    public async Task A_stream_without_a_readable_name_ends_verification_however_long_it_is(string name)
    {
        for (var i = 0; i < 250; i++)
            await Ledger.NoteAsync("again");
        await Ledger.AttackAsync($"UPDATE ledger_events SET stream = {name} WHERE stream = 'notes'");

        (await Should.ThrowAsync<DatabaseException>(Ledger.VerifyAsync)).Message.ShouldContain("stream");
    }

    // With the same ledger again and again: what was changed is put back.
    private async Task ShouldFindOddAsync(string column, string value, int seq)
    {
        await Ledger.AttackAsync(Ledger.Nullable(column));
        await Ledger.AttackAsync($"CREATE TABLE kept AS SELECT * FROM ledger_events WHERE seq = {seq}; UPDATE ledger_events SET {column} = {value} WHERE seq = {seq}");

        if (await IsChangedAsync(column))
            await ShouldFindAsync(column, value, seq);
        await Ledger.AttackAsync($"UPDATE ledger_events SET {column} = (SELECT {column} FROM kept) WHERE seq = {seq}; DROP TABLE kept");
        (await Ledger.VerifyAsync()).Verified.ShouldBeTrue($"{column} = {value} at {seq}, put back");
    }

    // Not everything is another value: nothing with something behind it is nothing.
    private async Task<bool> IsChangedAsync(string column)
    {
        await using var connection = await Ledger.OpenAsync();
        return await connection.ExecuteScalarAsync<long>(
            $"SELECT count(*) FROM ledger_events JOIN kept USING (seq) WHERE typeof(kept.{column}) <> typeof(ledger_events.{column}) OR hex(kept.{column}) <> hex(ledger_events.{column})") > 0;
    }

    private async Task ShouldFindAsync(string column, string value, int seq)
    {
        try
        {
            var report = await Ledger.VerifyAsync();
            report.Verified.ShouldBeFalse($"{column} = {value} at {seq}");
            if (column is not ("stream" or "render_seq"))
                report.FirstFault!.Seq.ShouldBe(seq, $"{column} = {value}");
        }
        catch (DatabaseException e)
        {
            // Where not even its place or the seal's leaf can be read, verification ends with an error.
            column.ShouldBeOneOf("stream", "render_seq", "hash");
            e.Message.ShouldContain(column);
        }
    }

    [Theory]
    [InlineData("assets = replace(assets, 'file:///', 'https://')", "storage_uri is https://")]
    [InlineData("assets = 'gone'", "storage_uri is (unreadable)")]
    public async Task Edited_assets_are_found(string change, string problem)
    {
        await Ledger.AttackAsync($"UPDATE renders SET {change} WHERE id = @id");

        await ShouldFindAsync(7, Ledger.StreamA, problem);
    }

    [Fact]
    public async Task An_inserted_row_is_found()
    {
        await Ledger.AttackAsync("CREATE TEMP TABLE copy AS SELECT * FROM renders WHERE id = @id; UPDATE copy SET id = 'ffffffff-0a00-71c2-9ec4-aab956a08df2', video_id = NULL; INSERT INTO renders SELECT * FROM copy");

        await ShouldFindAsync(null, "renders/ffffffff-0a00-71c2-9ec4-aab956a08df2", "none of its events");
    }

    [Fact]
    public async Task The_removed_newest_event_of_the_ledger_is_found()
    {
        await Ledger.AttackAsync("DELETE FROM ledger_events WHERE seq = 9");

        await ShouldFindAsync(null, null, "position 9 is missing");
    }

    [Fact]
    public async Task Events_removed_from_many_streams_are_found()
    {
        await Ledger.AttackAsync("DELETE FROM ledger_events WHERE seq BETWEEN 4 AND 6");

        await ShouldFindAsync(null, null, "positions 4 to 6 are missing", faults: 4);
    }

    [Fact]
    public async Task A_render_removed_with_its_events_is_found()
    {
        await Ledger.AttackAsync("DELETE FROM ledger_events WHERE render_id = @id; DELETE FROM renders WHERE id = @id");

        await ShouldFindAsync(null, null, "position 1 is missing", faults: 3);
    }

    protected override Task<TamperedLedger> CreateAsync() => CreateSqliteAsync();

    public static async Task<TamperedLedger> CreateSqliteAsync()
    {
        var fixture = await SqliteFixture.CreateAsync();
        return new TamperedLedger(fixture, "", Disarm, async () =>
        {
            DbConnection connection = new SqliteConnection($"Data Source={fixture.File};Foreign Keys=False;Pooling=False");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return connection;
        });
    }
}
