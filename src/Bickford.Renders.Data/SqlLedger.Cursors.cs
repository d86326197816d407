using System.Runtime.CompilerServices;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>Named readers of the ledger: one row each.</summary>
internal sealed partial class SqlLedger
{
    private const string CursorColumns = "name, position, moved_at";

    private readonly string _cursors = database.Dialect.Schema + "ledger_cursors";

    public IAsyncEnumerable<LedgerEvent> ReadAsync(string cursor, CancellationToken cancellationToken = default) => ReadFromAsync(CursorRules.Check(cursor), cancellationToken);

    public Task<LedgerCursor> AcknowledgeAsync(string cursor, long seq, CancellationToken cancellationToken = default) =>
        // Of two that arrive at once the one that is further holds, in whatever order.
        PutCursorAsync(cursor, seq, " WHERE held.position < excluded.position", cancellationToken);

    public Task<LedgerCursor> MoveCursorAsync(string cursor, long seq, CancellationToken cancellationToken = default) => PutCursorAsync(cursor, seq, "", cancellationToken);

    public Task<LedgerCursor?> FindCursorAsync(string cursor, CancellationToken cancellationToken = default)
    {
        CursorRules.Check(cursor);
        return database.ReadAsync(session => FindCursorAsync(session, cursor), cancellationToken);
    }

    public Task<IReadOnlyList<LedgerCursor>> ListCursorsAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.QueryAsync($"SELECT {CursorColumns} FROM {_cursors} ORDER BY name", ReadCursor), cancellationToken);

    public Task<bool> RemoveCursorAsync(string cursor, CancellationToken cancellationToken = default)
    {
        CursorRules.Check(cursor);
        var runs = 0;
        return database.WriteRowAsync(
            async session =>
            {
                runs++;
                // A run before this one lost its answer: what is not there any more, it removed.
                return await session.ExecuteAsync($"DELETE FROM {_cursors} WHERE name = @cursor", new { cursor }) > 0 || runs > 1;
            },
            repeatable: true,
            cancellationToken);
    }

    private async IAsyncEnumerable<LedgerEvent> ReadFromAsync(string cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = await FindCursorAsync(cursor, cancellationToken);
        await foreach (var e in ReadAsync(held?.Position ?? 0, null, cancellationToken))
            yield return e;
    }

    private Task<LedgerCursor> PutCursorAsync(string cursor, long seq, string condition, CancellationToken cancellationToken)
    {
        CursorRules.Check(cursor);
        return database.WriteRowAsync(
            async session =>
            {
                var settled = _dialect.HorizonSql is { } ask ? await session.NumberAsync(ask) : long.MaxValue;
                var to = CursorRules.Target(seq, settled, await session.NumberAsync(_dialect.LastPositionSql));
                await session.ExecuteAsync(
                    $"""
                    INSERT INTO {_cursors} AS held ({CursorColumns}) VALUES (@cursor, @to, @now)
                    ON CONFLICT (name) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at{condition}
                    """,
                    new { cursor, to, now = _dialect.Value(database.TimeProvider.GetUtcNowMs()) });
                // Somebody may have removed it in the moment between.
                return await FindCursorAsync(session, cursor) ?? new LedgerCursor(cursor, 0, database.TimeProvider.GetUtcNowMs());
            },
            repeatable: true,
            cancellationToken);
    }

    private Task<LedgerCursor?> FindCursorAsync(SqlSession session, string cursor) =>
        session.FirstAsync($"SELECT {CursorColumns} FROM {_cursors} WHERE name = @cursor", ReadCursor, new { cursor });

    private static LedgerCursor ReadCursor(SqlRow row) => new(row.Text("name"), row.Number("position"), row.Time("moved_at"));
}
