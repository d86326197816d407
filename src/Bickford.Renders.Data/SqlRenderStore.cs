using System.Data.Common;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>The rows in a SQL database.</summary>
internal sealed partial class SqlRenderStore(SqlDatabase database) : IRenderStore
{
    // Databases limit the parameters of one statement; this stays far below.
    private const int IdsPerQuery = 500;

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _renders = database.Dialect.Schema + "renders";
    private readonly string _insert = RenderTable.Insert(database.Dialect.Schema + "renders", database.Dialect);

    private string NotLeased => $"(lease_until IS NULL OR lease_until <= {_dialect.Now})";

    public Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default)
    {
        var runs = 0;
        return database.WriteRowAsync(
            async session =>
            {
                runs++;
                var result = await InsertAsync(session, render, entries, signal: false);
                // A run before this one lost its answer: the row that is there now is its own.
                return runs > 1 && result.Render.Id == render.Id ? result with { Created = true } : result;
            },
            repeatable: true,
            cancellationToken);
    }

    public Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default) =>
        database.InsideAsync(transaction, session => InsertAsync(session, render, entries, signal: true), cancellationToken);

    public async Task<IReadOnlyList<InsertResult>> InsertAllAsync(IReadOnlyList<NewRow> rows, CancellationToken cancellationToken = default)
    {
        var runs = 0;
        try
        {
            return await database.WriteAsync(
                async session =>
                {
                    runs++;
                    var results = new InsertResult[rows.Count];
                    var turns = new BatchTurns(rows);
                    // Each key is a lock until the end. Taken in one order by all, no two batches wait for each other.
                    foreach (var (i, (row, entries)) in rows.Index().OrderBy(one => one.Item.Render.IdempotencyKey, StringComparer.Ordinal))
                    {
                        var result = await InsertAsync(session, row, entries, signal: false, turns.Of(i));
                        turns.Learn(i, result);
                        // As for one row: what a run before this one wrote is its own.
                        results[i] = runs > 1 && result.Render.Id == row.Id ? result with { Created = true } : result;
                    }

                    for (var i = 0; i < rows.Count; i++)
                    {
                        if (results[i].Render.RequestHash != rows[i].Render.RequestHash)
                            throw new KeyOfAnotherException(results[..(i + 1)]);
                    }

                    return (IReadOnlyList<InsertResult>)results;
                },
                repeatable: true,
                cancellationToken);
        }
        catch (KeyOfAnotherException e)
        {
            return e.Results;
        }
    }

    public Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.FirstAsync($"SELECT {RenderTable.All} FROM {_renders} WHERE id = @id", RenderTable.Read, new { id = _dialect.Value(id) }),
            cancellationToken);

    public Task<IReadOnlyList<Render>> ListAsync(RenderFilter filter, Guid? before, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        var conditions = RenderConditions.Of(filter, _dialect);
        if (before is { } id)
            conditions.Add("id < @before", "before", _dialect.Value(id));
        conditions.Parameters.Add("limit", limit);
        return database.ReadAsync(
            session => session.QueryAsync($"SELECT {RenderTable.All} FROM {_renders}{conditions.Where} ORDER BY id DESC LIMIT @limit", RenderTable.Read, conditions.Parameters),
            cancellationToken);
    }

    public async Task<IReadOnlyList<Guid>> FindIdsAsync(string ending, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        if (ShortIds.Normalize(ending) is not { } hex)
            return [];

        // Looks through all ids: only people ask this.
        return await database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT id FROM {_renders} WHERE replace(CAST(id AS text), '-', '') LIKE @pattern ORDER BY id DESC LIMIT @limit",
                row => row.Guid("id"),
                new { pattern = "%" + hex, limit }),
            cancellationToken);
    }

    public Task<Render?> TryLeaseAsync(Guid id, RenderStep step, long version, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        LeaseAsync(
            // A run has an owner's token of its own: a live lease in its name is the one that it took when the answer was lost.
            $"id = @id AND step = @step AND version = @version AND {RenderTable.IsOpen} AND ({NotLeased} OR lease_owner = @owner)",
            id, owner, duration, cancellationToken, step, version);

    // coalesce() keeps the planner from collecting all that is due, of which there may be ten thousand, to sort them: it takes half of the rows to be so, and in the order of their index the first one is enough.
    public Task<Render?> LeaseNextCreateAsync(DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        database.WriteBriefAsync(
            session => session.FirstAsync(
                $"""
                UPDATE {_renders} SET lease_owner = @owner, lease_until = {_dialect.LeaseEnd}
                WHERE {RenderTable.IsCreateDue} AND {NotLeased} AND id = (
                    SELECT id FROM {_renders} WHERE {RenderTable.IsCreateDue} AND coalesce(due_at <= @at, false) AND coalesce(lease_until <= {_dialect.Now}, true)
                    ORDER BY priority DESC, turn, id LIMIT 1 {_dialect.SkipLocked})
                RETURNING {RenderTable.All}
                """,
                RenderTable.Read,
                Clock(duration).Add("owner", owner).Add("at", now)),
            // Another one would be taken then, and the first be kept from everybody for a lease's time.
            repeatable: false,
            cancellationToken);

    public Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        LeaseAsync("id = @id AND lease_owner = @owner", id, owner, duration, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListOverdueAsync(DateTimeOffset dueBefore, int limit, StepJob? after = null, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        var parameters = Clock(TimeSpan.Zero).Add("due_before", dueBefore).Add("limit", limit);
        if (after is not null)
            parameters.Add("after_due", after.DueAt).Add("after_id", after.RenderId);
        return JobsAsync($"due_at <= @due_before AND {NotLeased}{(after is null ? "" : " AND (due_at, id) > (@after_due, @after_id)")} ORDER BY due_at, id", parameters, cancellationToken);
    }

    public Task<IReadOnlyList<StepJob>> ListDueAsync(RenderStep step, DateTimeOffset dueBefore, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return JobsAsync(
            $"{RenderTable.HasBegun} AND step = @step AND due_at <= @due_before AND {NotLeased} ORDER BY due_at, id",
            Clock(TimeSpan.Zero).Add("step", step.ToString()).Add("due_before", dueBefore).Add("limit", limit), cancellationToken);
    }

    public Task<IReadOnlyList<StepJob>> ListOpenAsync(Guid? after, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return JobsAsync($"due_at IS NOT NULL AND NOT ({RenderTable.WaitsForRoom}) AND NOT ({RenderTable.WaitsForSource}) AND id > @after ORDER BY id", Clock(TimeSpan.Zero).Add("after", after ?? Guid.Empty).Add("limit", limit), cancellationToken);
    }

    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(string prompt, string model, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT {RenderTable.All} FROM {_renders}
                WHERE model = @model AND {RenderTable.IsOpenCreate} AND prompt = @prompt
                ORDER BY create_since, id
                """,
                RenderTable.Read,
                new { model = RenderTable.Text(model), prompt = RenderTable.Text(prompt) }),
            cancellationToken);

    public async Task<IReadOnlySet<string>> FindOwnedVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default)
    {
        var owned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ids in videoIds.Distinct(StringComparer.Ordinal).Chunk(IdsPerQuery))
        {
            owned.UnionWith(await database.ReadAsync(
                session => session.QueryAsync($"SELECT video_id FROM {_renders} WHERE {_dialect.IsOneOf("video_id", "@ids")}", row => row.Text("video_id"), new { ids }),
                cancellationToken));
        }

        return owned;
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
    }

    private static Render WithHead(Render render, IReadOnlyList<LedgerEvent> events) =>
        render with { LedgerSeq = events[^1].RenderSeq, LedgerHash = events[^1].Hash };

    private static IReadOnlyList<LedgerEvent> Chain(Guid id, long headSeq, string headHash, IReadOnlyList<LedgerEntry> entries) =>
        LedgerChain.Extend(LedgerHash.StreamOf(id), id, headSeq, headHash, entries);

    private async Task<Render> ExistingAsync(SqlSession session, Render row, TypedParameters parameters) =>
        await session.FirstAsync($"SELECT {RenderTable.All} FROM {_renders} WHERE id = @id", RenderTable.Read, parameters)
        ?? await session.FirstAsync($"SELECT {RenderTable.All} FROM {_renders} WHERE idempotency_key = @idempotency_key", RenderTable.Read, parameters)
        ?? throw new DatabaseException("video_id", row.VideoId, "a video that no other render owns");

    private async Task<InsertResult> InsertAsync(SqlSession session, Render render, IReadOnlyList<LedgerEntry> entries, bool signal, (long Turn, long Between)? turn = null)
    {
        var events = Chain(render.Id, 0, "", entries);
        var row = events.Count == 0 ? render with { LedgerSeq = 0, LedgerHash = "" } : WithHead(render, events);
        var parameters = RenderTable.Parameters(row);
        parameters.Add("turn", turn?.Turn ?? -1L);
        parameters.Add("turns_between", turn?.Between ?? 0L);
        return await _dialect.WriteRowAsync(session, _insert, parameters, events, signal) is { } given
            ? new InsertResult(row with { Turn = given }, true)
            : new InsertResult(await ExistingAsync(session, row, parameters), false);
    }

    private Task<Render?> LeaseAsync(
        string condition, Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken, RenderStep? step = null, long? version = null) =>
        database.WriteBriefAsync(
            session => session.FirstAsync(
                $"UPDATE {_renders} SET lease_owner = @owner, lease_until = {_dialect.LeaseEnd} WHERE {condition} RETURNING {RenderTable.All}",
                RenderTable.Read,
                Clock(duration).Add("id", id).Add("owner", owner).Add("step", step?.ToString()).Add("version", version)),
            repeatable: true,
            cancellationToken);

    private Task<IReadOnlyList<StepJob>> JobsAsync(string rest, TypedParameters parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT {RenderTable.JobColumns} FROM {_renders} WHERE {RenderTable.IsOpen} AND {rest} LIMIT @limit",
                RenderTable.ReadJob,
                parameters),
            cancellationToken);

    // The clock's parameters, for a dialect that takes the time from here.
    private TypedParameters Clock(TimeSpan duration)
    {
        var now = database.TimeProvider.GetUtcNow();
        return new TypedParameters().Add("now", now).Add("until", now + duration).Add("duration", duration);
    }

    // Leaves the transaction, so that it is rolled back.
    private sealed class KeyOfAnotherException(IReadOnlyList<InsertResult> results) : Exception
    {
        public IReadOnlyList<InsertResult> Results { get; } = results;
    }
}
