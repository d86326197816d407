using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <summary>Where hooks stand, in a SQL database: one row each, and one for each dead letter.</summary>
internal sealed class SqlHookStore(SqlDatabase database) : IHookStore
{
    private const string Columns = "name, position, attempt, due_at, problem, updated_at";
    private const string LetterColumns = "hook, event_id, seq, type, attempts, problem, since, last_tried_at";

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _hooks = database.Dialect.Schema + "hooks";
    private readonly string _letters = database.Dialect.Schema + "hook_dead_letters";

    private object Now => _dialect.Value(database.TimeProvider.GetUtcNowMs());

    public async Task<HookState> BeginAsync(string hook, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(session => FindAsync(session, hook), cancellationToken)
        ?? await database.WriteRowAsync(
            async session =>
            {
                // Not behind what is settled: an event that an open transaction is about to commit happens from now on.
                var position = await session.NumberAsync(_dialect.HorizonSql ?? _dialect.LastPositionSql);
                await session.ExecuteAsync(
                    $"INSERT INTO {_hooks} (name, position, attempt, updated_at) VALUES (@hook, @position, 0, @now) ON CONFLICT DO NOTHING", new { hook, position, now = Now });
                return (await FindAsync(session, hook))!;
            },
            repeatable: true,
            cancellationToken);

    public Task<IReadOnlyList<HookState>> ListAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.QueryAsync($"SELECT {Columns} FROM {_hooks} ORDER BY name", Read), cancellationToken);

    public Task<bool> AdvanceAsync(string hook, long from, long to, DeadLetter? dead = null, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            async session =>
            {
                var moved = await session.ExecuteAsync(
                    $"UPDATE {_hooks} SET position = @to, attempt = 0, due_at = NULL, problem = NULL, updated_at = @now WHERE name = @hook AND position = @from",
                    new { hook, from, to, now = Now }) > 0;
                if (moved && dead is not null)
                    await InsertAsync(session, dead);
                return moved;
            },
            repeatable: true, // a second run finds the hook moved on
            cancellationToken);

    public async Task<bool> PostponeAsync(string hook, long at, int attempt, DateTimeOffset dueAt, string problem, CancellationToken cancellationToken = default) =>
        await database.WriteRowAsync(
            session => session.ExecuteAsync(
                $"UPDATE {_hooks} SET attempt = @attempt, due_at = @due, problem = @problem, updated_at = @now WHERE name = @hook AND position = @at",
                new { hook, at, attempt, due = _dialect.Value(dueAt), problem = RenderTable.Text(problem), now = Now }),
            repeatable: true,
            cancellationToken) > 0;

    public Task<HookState?> MoveAsync(string hook, long position, CancellationToken cancellationToken = default) =>
        database.WriteRowAsync(
            async session =>
            {
                var settled = _dialect.HorizonSql is { } ask ? await session.NumberAsync(ask) : long.MaxValue;
                var to = CursorRules.Target(position, settled, await session.NumberAsync(_dialect.LastPositionSql));
                await session.ExecuteAsync(
                    $"UPDATE {_hooks} SET position = @to, attempt = 0, due_at = NULL, problem = NULL, updated_at = @now WHERE name = @hook", new { hook, to, now = Now });
                return await FindAsync(session, hook);
            },
            repeatable: true,
            cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string? hook, long after, int limit, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT {LetterColumns} FROM {_letters} WHERE seq > @after{(hook is null ? "" : " AND hook = @hook")} ORDER BY seq, hook LIMIT @limit", ReadLetter, new { hook, after, limit }),
            cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> FindDeadLettersAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.QueryAsync($"SELECT {LetterColumns} FROM {_letters} WHERE event_id = @id ORDER BY hook", ReadLetter, new { id = _dialect.Value(eventId) }), cancellationToken);

    public async Task<IReadOnlyDictionary<string, long>> CountDeadLettersAsync(CancellationToken cancellationToken = default)
    {
        var counts = await database.ReadAsync(
            session => session.QueryAsync($"SELECT hook, count(*) AS letters FROM {_letters} GROUP BY hook", row => (Hook: row.Text("hook"), Letters: row.Number("letters"))), cancellationToken);
        return counts.ToDictionary(one => one.Hook, one => one.Letters, StringComparer.Ordinal);
    }

    public Task NoteRetryAsync(DeadLetter letter, string? problem, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        database.WriteRowAsync(
            session => session.ExecuteAsync(
                problem is null
                    ? $"DELETE FROM {_letters} WHERE hook = @hook AND event_id = @id"
                    : $"UPDATE {_letters} SET attempts = @attempts, problem = @problem, last_tried_at = @at WHERE hook = @hook AND event_id = @id",
                new { hook = letter.Hook, id = _dialect.Value(letter.EventId), attempts = letter.Attempts + 1, problem = RenderTable.Text(problem), at = _dialect.Value(at) }),
            repeatable: true,
            cancellationToken);

    // A hook that was sent back may give up on the same event once more.
    private Task<int> InsertAsync(SqlSession session, DeadLetter dead) => session.ExecuteAsync(
        $"""
        INSERT INTO {_letters} AS held ({LetterColumns}) VALUES (@hook, @id, @seq, @type, @attempts, @problem, @since, @tried)
        ON CONFLICT (hook, event_id) DO UPDATE SET attempts = held.attempts + excluded.attempts, problem = excluded.problem, last_tried_at = excluded.last_tried_at
        """,
        new
        {
            hook = dead.Hook,
            id = _dialect.Value(dead.EventId),
            seq = dead.Seq,
            type = dead.Type,
            attempts = dead.Attempts,
            problem = RenderTable.Text(dead.Problem),
            since = _dialect.Value(dead.Since),
            tried = _dialect.Value(dead.LastTriedAt),
        });

    private Task<HookState?> FindAsync(SqlSession session, string hook) => session.FirstAsync($"SELECT {Columns} FROM {_hooks} WHERE name = @hook", Read, new { hook });

    private static HookState Read(SqlRow row) =>
        new(row.Text("name"), row.Number("position"), (int)row.Number("attempt"), row.TimeOrNull("due_at"), row.TextOrNull("problem"), row.Time("updated_at"));

    private static DeadLetter ReadLetter(SqlRow row) => new(
        row.Text("hook"), row.Guid("event_id"), row.Number("seq"), row.Text("type"), (int)row.Number("attempts"), row.Text("problem"), row.Time("since"), row.Time("last_tried_at"));
}
