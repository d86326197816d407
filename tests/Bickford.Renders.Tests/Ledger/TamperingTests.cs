using System.Data.Common;
using Bickford.Renders.Data;
using Bickford.Renders.Tests.Data;
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
