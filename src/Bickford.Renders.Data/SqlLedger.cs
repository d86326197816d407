using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>The ledger in a SQL database.</summary>
internal sealed partial class SqlLedger(SqlDatabase database) : ILedger
{
    // A payload is at most 256 KiB: a page of the largest fits in memory with ease.
    private const int PageSize = 100;

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _events = database.Dialect.Schema + "ledger_events";

    public Task<LedgerEvent> RecordAsync(string stream, string type, JsonObject payload, Guid? eventId = null, CancellationToken cancellationToken = default)
    {
        var entry = CallerEvents.Check(stream, type, payload, eventId, database.TimeProvider.GetUtcNow());
        return database.WriteAsync(
            async session =>
            {
                await _dialect.LockStreamAsync(session, stream);
                var existing = await session.FirstAsync(
                    $"SELECT {LedgerTable.All} FROM {_events} WHERE event_id = @id", LedgerTable.Read, new { id = _dialect.Value(entry.EventId) });
                if (existing is not null)
                    return existing;

                var head = await session.FirstAsync(
                    $"SELECT render_seq, hash FROM {_events} WHERE stream = @stream ORDER BY render_seq DESC LIMIT 1",
                    row => new { Seq = row.Number("render_seq"), Hash = row.Text("hash") },
                    new { stream });
                var chained = LedgerChain.Extend(stream, null, head?.Seq ?? 0, head?.Hash ?? "", [entry]);
                return (await LedgerTable.AppendAsync(session, _dialect, chained))[0];
            },
            repeatable: true, // the event's id finds what a lost answer was about
            cancellationToken);
    }

    public async IAsyncEnumerable<LedgerEvent> ReadAsync(long after = 0, string? stream = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var sql = $"SELECT {LedgerTable.All} FROM {_events} WHERE {(stream is null ? "" : "stream = @stream AND ")}seq > @after AND seq <= @horizon ORDER BY seq LIMIT {PageSize}";
        while (true)
        {
            var page = await database.ReadAsync(
                async session =>
                {
                    // Asked first: the page must be a later look, which sees all that has been settled until then.
                    var horizon = _dialect.HorizonSql is { } ask ? await session.NumberAsync(ask) : long.MaxValue;
                    return await session.QueryAsync(sql, LedgerTable.Read, new { after, stream, horizon });
                },
                cancellationToken);
            foreach (var e in page)
                yield return e;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Seq;
        }
    }

    public Task<IReadOnlyList<LedgerEvent>> TailAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000);
        return database.ReadAsync(
            session => session.QueryAsync($"SELECT {LedgerTable.All} FROM {_events} ORDER BY seq DESC LIMIT @count", LedgerTable.Read, new { count }),
            cancellationToken);
    }

    public Task<LedgerReport> VerifyAsync(CancellationToken cancellationToken = default) =>
        database.ExplainedAsync(async () =>
        {
            // One snapshot for all of it: workers go on writing meanwhile.
            await using var session = await database.OpenSnapshotAsync(cancellationToken);
            return await LedgerVerifier.VerifyAsync(
                new LedgerSnapshot
                {
                    Events = new SqlLedgerEvents(session, _dialect),
                    Heads = Heads(session),
                    Leaves = new SqlLedgerLeaves(session, _dialect),
                    Seals = Seals(session),
                    LastPosition = _dialect.PositionsAreGapFree ? await session.NumberAsync(_dialect.LastPositionSql) : null,
                },
                cancellationToken);
        });

    private async IAsyncEnumerable<LedgerHead> Heads(SqlSession session)
    {
        var after = _dialect.Value(Guid.Empty);
        while (true)
        {
            var page = await session.QueryAsync(
                $"SELECT id, status, video_id, assets, version, ledger_seq, ledger_hash FROM {_dialect.Schema}renders WHERE id > @after ORDER BY id LIMIT {PageSize}",
                row => (Head: RenderTable.ReadHead(row), Id: row.Key("id")),
                new { after });
            foreach (var (head, _) in page)
                yield return head;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Id;
        }
    }

    private async IAsyncEnumerable<LedgerSeal> Seals(SqlSession session)
    {
        const int Many = 1_000;
        var after = long.MinValue;
        while (true)
        {
            var page = await session.QueryAsync(
                $"SELECT {SealTable.All} FROM {_dialect.Schema}ledger_seals WHERE number > @after ORDER BY number LIMIT {Many}", SealTable.ReadItem, new { after });
            foreach (var seal in page)
                yield return seal;
            if (page.Count < Many)
                yield break;
            after = page[^1].Number;
        }
    }
}
