using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>A ledger with render a at positions 1, 4, 7; render b at 2, 5, 8; notes at 3, 6, 9; and ways to tamper with its tables.</summary>
/// <param name="fixture">The database.</param>
/// <param name="prefix">What stands before the name of a table.</param>
/// <param name="disarm">SQL that takes away what protects the tables.</param>
/// <param name="open">A connection of somebody who has the database, not the program.</param>
public sealed class TamperedLedger(StoreFixture fixture, string prefix, string disarm, Func<Task<DbConnection>> open) : IAsyncDisposable
{
    private Render _a = TestRenders.New(TestRenders.Start);
    private Render _b = TestRenders.New(TestRenders.Start.AddSeconds(1));

    public Guid RenderId => _a.Id;

    public string StreamA => LedgerHash.StreamOf(_a.Id);

    public string StreamB => LedgerHash.StreamOf(_b.Id);

    public ILedgerSeals Seals => fixture.Seals;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Writes what is to be tampered with.</summary>
    public async Task FillAsync()
    {
        for (var round = 1; round <= 3; round++)
        {
            _a = await WrittenAsync(_a, round, "a");
            _b = await WrittenAsync(_b, round, "b");
            await fixture.Ledger.RecordAsync("notes", "note", new JsonObject { ["round"] = round }, null, Cancellation);
        }

        (await VerifyAsync()).ShouldBe(new LedgerReport(true, 9, 3, null, 0));
    }

    /// <summary>Adds a note with this text, at position 10.</summary>
    public Task NoteAsync(string text) => fixture.Ledger.RecordAsync("notes", "note", new JsonObject { ["text"] = text }, null, Cancellation);

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    public Task<LedgerReport> VerifyAsync() => fixture.Ledger.VerifyAsync(Cancellation);

    public Task<DbConnection> OpenAsync() => open();

    /// <summary>Runs SQL as somebody would who owns the tables; <c>@id</c> is render a.</summary>
    public async Task AttackAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(disarm);
        await connection.ExecuteAsync(Tables(sql), new { id = connection is SqliteConnection ? _a.Id.ToString("D") : (object)_a.Id });
    }

    /// <summary>The SQL with the tables' full names.</summary>
    public string Tables(string sql) => Regex.Replace(sql, @"\b(FROM|INTO|UPDATE) (renders|ledger_events|ledger_seals)\b", $"$1 {prefix}$2");

    /// <summary>SQL that lets a column of the events be null.</summary>
    public string Nullable(string column) => prefix == ""
        ? "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(sql, ' STRICT', ''), 'NOT NULL', '') WHERE name = 'ledger_events'"
        : $"ALTER TABLE {prefix}ledger_events ALTER COLUMN {column} DROP NOT NULL";

    /// <summary>Swaps columns of two events, through a third value, as they may be unique.</summary>
    public async Task SwapAsync(string columns, int one, int other)
    {
        await using var connection = await OpenAsync();
        await AttackAsync("SELECT 1");
        var (first, second) = (await RowAsync(one), await RowAsync(other));
        foreach (var column in columns.Split(", "))
        {
            var third = column switch
            {
                "seq" or "render_seq" => 999L,
                "event_id" when first[column] is Guid => Guid.AllBitsSet,
                "occurred_at" when first[column] is DateTime => DateTime.UnixEpoch,
                "payload" => "{}",
                _ => (object)"third",
            };
            await SetAsync(first, column, third, column == "seq" ? one : null);
            await SetAsync(second, column, first[column], column == "seq" ? other : null);
            await SetAsync(first, column, second[column], column == "seq" ? 999 : null);
        }

        async Task<IDictionary<string, object>> RowAsync(int seq) =>
            (IDictionary<string, object>)await connection.QuerySingleAsync(Tables("SELECT * FROM ledger_events WHERE seq = @seq"), new { seq });

        async Task SetAsync(IDictionary<string, object> row, string column, object value, int? seq) =>
            (await connection.ExecuteAsync(Tables($"UPDATE ledger_events SET {column} = @value WHERE seq = @seq"), new { value, seq = seq ?? row["seq"] })).ShouldBe(1);
    }

    /// <summary>Gives an event the hash that its content has.</summary>
    public async Task RehashAsync(int seq)
    {
        var e = await fixture.Ledger.ReadAsync(seq - 1, cancellationToken: Cancellation).FirstAsync(Cancellation);
        var hash = LedgerHash.Compute(e.PrevHash, e.EventId, e.Stream, e.RenderSeq, e.Type, e.OccurredAt, e.Payload);
        await AttackAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE ledger_events SET hash = '{hash}' WHERE seq = {seq}"));
    }

    /// <summary>Changes a payload and rehashes its stream from there to its end, and the row with it: no chain shows it.</summary>
    public async Task RewriteAsync(int seq, string word)
    {
        await AttackAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE ledger_events SET payload = replace(payload, 'lighthouse', '{word}') WHERE seq = {seq}"));
        var stream = (await fixture.Ledger.ReadAsync(seq - 1, cancellationToken: Cancellation).FirstAsync(Cancellation)).Stream;
        var prevHash = "";
        foreach (var e in await fixture.Ledger.ReadAsync(seq - 1, stream, Cancellation).ToListAsync(Cancellation))
        {
            prevHash = prevHash == "" ? e.PrevHash : prevHash;
            var hash = LedgerHash.Compute(prevHash, e.EventId, e.Stream, e.RenderSeq, e.Type, e.OccurredAt, e.Payload);
            await AttackAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE ledger_events SET prev_hash = '{prevHash}', hash = '{hash}' WHERE seq = {e.Seq}"));
            prevHash = hash;
        }

        await AttackAsync($"UPDATE renders SET ledger_hash = '{prevHash}' WHERE id = @id");
    }

    /// <summary>Numbers the events anew where the database counts without gaps, so that the gaps show nothing.</summary>
    public async Task CloseTheGapsAsync()
    {
        await using var connection = await OpenAsync();
        if (connection is not SqliteConnection)
            return;
        await connection.ExecuteAsync(
            """
            UPDATE ledger_events SET seq = (SELECT count(*) FROM ledger_events AS before WHERE before.seq <= ledger_events.seq);
            UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM ledger_events) WHERE name = 'ledger_events';
            """);
    }

    /// <summary>Appends an event to render a's chain, rightly hashed.</summary>
    public async Task ForgeAsync(string eventId, string type)
    {
        var last = await fixture.Ledger.ReadAsync(0, StreamA, Cancellation).LastAsync(Cancellation);
        var payload = CanonicalJson.Of(new JsonObject { ["event_id"] = eventId, ["version"] = 4, ["status"] = "Completed" });
        var hash = LedgerHash.Compute(last.Hash, Guid.Parse(eventId), StreamA, 4, type, last.OccurredAt, payload);
        await AttackAsync(
            $"""
            INSERT INTO ledger_events (event_id, stream, render_id, render_seq, type, occurred_at, payload, prev_hash, hash)
            VALUES ('{eventId}', '{StreamA}', '{_a.Id:D}', 4, '{type}', '{LedgerHash.TimeText(last.OccurredAt)}', '{payload}', '{last.Hash}', '{hash}')
            """);
    }

    private async Task<Render> WrittenAsync(Render render, int round, string name)
    {
        if (round == 1)
            return (await fixture.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation)).Render;

        var next = render.Next() with
        {
            Status = RenderStatus.Storing,
            VideoId = "video_" + name,
            Assets = round == 3 ? [new RenderAsset(AssetKind.Video, 10, new string('b', 64), "video/mp4", $"file:///{name}.mp4")] : [],
        };
        await fixture.Store.CommitAsync(next, render.Version, [next.Entry()], Cancellation);
        return (await fixture.Store.GetAsync(render.Id, Cancellation))!;
    }
}
