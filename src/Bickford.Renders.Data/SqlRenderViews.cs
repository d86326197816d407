using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>What pages and reports ask of the rows in a SQL database.</summary>
internal sealed class SqlRenderViews(SqlDatabase database) : IRenderViews
{
    private const int MostMeasured = 1_000;

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _renders = database.Dialect.Schema + "renders";
    private readonly string _events = database.Dialect.Schema + "ledger_events";

    public async Task<IReadOnlyDictionary<RenderStatus, CappedCount>> CountByStatusAsync(RenderFilter filter, CancellationToken cancellationToken = default)
    {
        var conditions = RenderConditions.WithoutStatuses(filter, _dialect);
        // Without conditions each row that is looked at counts, and they are counted in an index. With conditions rows are read, and only so many of them.
        var most = conditions.IsEmpty ? IRenderViews.CountLimit : IRenderViews.LookLimit;
        var (columns, order) = conditions.IsEmpty ? ("id", "") : ("cause, model, tags, prompt, batch", " ORDER BY id DESC");
        conditions.Parameters.Add("looks", most + 1);
        var sql = string.Join(" UNION ALL ", Enum.GetNames<RenderStatus>().Select(status =>
            $"""
            SELECT '{status}' AS status, count(*) AS looked, coalesce(sum(CASE WHEN {conditions.All} THEN 1 ELSE 0 END), 0) AS fit
            FROM (SELECT {columns} FROM {_renders} WHERE status = '{status}'{order} LIMIT @looks) AS newest
            """));
        var counts = await database.ReadAsync(
            session => session.QueryAsync(
                sql, row => (Status: row.Enum<RenderStatus>("status"), Looked: row.Number("looked"), Fit: row.Number("fit")), conditions.Parameters),
            cancellationToken);
        return counts.ToDictionary(
            count => count.Status,
            count => new CappedCount((int)Math.Min(count.Fit, IRenderViews.CountLimit), count.Looked > most || count.Fit > IRenderViews.CountLimit));
    }

    public Task<RenderSum> SumAsync(RenderFilter filter, CancellationToken cancellationToken = default)
    {
        var conditions = RenderConditions.Of(filter, _dialect);
        return SumAsync(conditions.Where, conditions.Parameters, cancellationToken);
    }

    public async Task<BatchSum?> SumBatchAsync(string name, CancellationToken cancellationToken = default)
    {
        var groups = await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT status, count(*) AS renders, coalesce(sum({RenderTable.Millionths}), 0) AS cost,
                    coalesce(sum(CASE WHEN create_started_at IS NOT NULL THEN {RenderTable.Millionths} END), 0) AS spent,
                    sum(CASE WHEN cost IS NULL THEN 1 ELSE 0 END) AS without_price, sum(CASE WHEN status = 'Completed' THEN 100 ELSE progress END) AS progress,
                    min(created_at) AS first, max(updated_at) AS last
                FROM {_renders} WHERE batch = @name GROUP BY status
                """,
                row => (
                    Status: row.Enum<RenderStatus>("status"), Count: row.Number("renders"), Cost: row.Number("cost"), Spent: row.Number("spent"), WithoutPrice: row.Number("without_price"),
                    Progress: row.Number("progress"), First: row.Time("first"), Last: row.Time("last")),
                new { name = RenderTable.Text(name) }),
            cancellationToken);
        return groups.Count == 0 ? null : new BatchSum(
            name,
            groups.ToDictionary(group => group.Status, group => group.Count),
            groups.Sum(group => group.Cost) / RenderTable.Million,
            groups.Sum(group => group.Spent) / RenderTable.Million,
            groups.Sum(group => group.WithoutPrice),
            (int)(groups.Sum(group => group.Progress) / groups.Sum(group => group.Count)),
            groups.Min(group => group.First),
            groups.Max(group => group.Last));
    }

    public async Task<IReadOnlyList<StoppedGroup>> GroupStoppedAsync(CancellationToken cancellationToken = default)
    {
        var groups = await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT status, cause, count(*) AS renders, min(finished_at) AS oldest,
                    coalesce(sum(CASE WHEN {RenderTable.IsAccepted} THEN {RenderTable.Millionths} END), 0) AS spent,
                    min(CASE WHEN {RenderTable.MayExpire} THEN expires_at END) AS next_expiry
                FROM {_renders} WHERE {RenderTable.HasStopped} GROUP BY status, cause
                """,
                row => new StoppedGroup(
                    row.Enum<RenderStatus>("status"),
                    row.Enum<RenderCause>("cause"),
                    row.Number("renders"),
                    row.Number("spent") / RenderTable.Million,
                    row.Time("oldest"),
                    row.TimeOrNull("next_expiry")),
                new { now = _dialect.Value(database.TimeProvider.GetUtcNow()) }),
            cancellationToken);
        return [.. groups.OrderBy(group => group.NextExpiry ?? DateTimeOffset.MaxValue).ThenBy(group => group.Oldest).ThenBy(group => group.Cause).ThenBy(group => group.Status)];
    }

    // Nearest first until there are enough: a family has no end. One join with alternatives, because every database answers each from its own index.
    public Task<IReadOnlyList<Render>> ListFamilyAsync(Guid id, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return database.ReadAsync(
            session => session.QueryAsync(
                $"""
                WITH RECURSIVE family (id, again_of, remix_of) AS (
                    SELECT id, again_of, remix_of FROM {_renders} WHERE id = @id
                    UNION SELECT r.id, r.again_of, r.remix_of FROM family AS f
                        JOIN {_renders} AS r ON r.id = f.again_of OR r.id = f.remix_of OR r.again_of = f.id OR r.remix_of = f.id)
                SELECT {RenderTable.All} FROM {_renders} WHERE id IN (SELECT id FROM (SELECT id FROM family LIMIT @limit) AS nearest) ORDER BY id
                """,
                RenderTable.Read,
                new { id = _dialect.Value(id), limit }),
            cancellationToken);
    }

    public Task<IReadOnlyList<HourCount>> CountEndedAsync(DateTimeOffset since, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT {_dialect.HourOf("finished_at")} AS hour, status, count(*) AS renders FROM {_renders}
                WHERE {RenderTable.HasEnded} AND status IN ('Completed', 'Failed', 'Parked', 'Cancelled') AND finished_at >= @since
                GROUP BY 1, status ORDER BY 1, status
                """,
                row => new HourCount(row.Time("hour"), row.Enum<RenderStatus>("status"), row.Number("renders")),
                new { since = _dialect.Value(since) }),
            cancellationToken);

    public async Task<IReadOnlyList<StepTime>> MeasureStepsAsync(int renders, CancellationToken cancellationToken = default)
    {
        CheckLimit(renders);
        var events = await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT e.stream, e.type, e.occurred_at FROM ({Newest("id")}) AS r
                JOIN {_events} AS e ON e.stream = 'renders/' || CAST(r.id AS text)
                WHERE {_dialect.IsOneOf("e.type", "@types")} ORDER BY e.stream, e.render_seq
                """,
                row => new StepMark(row.Text("stream"), row.Text("type"), row.Time("occurred_at")),
                new { renders, types = StepTimes.Types }),
            cancellationToken);
        return StepTimes.Of(events);
    }

    public async Task<IReadOnlyList<RenderDuration>> ListDurationsAsync(int renders, CancellationToken cancellationToken = default)
    {
        CheckLimit(renders);
        var rows = await database.ReadAsync(
            session => session.QueryAsync(
                Newest("model, size, seconds, provider_created_at, provider_completed_at"),
                row => (
                    Key: (Model: row.Text("model"), Size: row.TextOrNull("size"), Seconds: row.IntOrNull("seconds")),
                    Took: row.TimeOrNull("provider_completed_at") - row.TimeOrNull("provider_created_at")),
                new { renders }),
            cancellationToken);
        return
        [
            .. rows.Where(row => row.Took >= TimeSpan.Zero)
                .GroupBy(row => row.Key, row => row.Took!.Value)
                .Select(group => new RenderDuration(group.Key.Model, group.Key.Size, group.Key.Seconds, Percentiles.Of([.. group], 50), group.Count()))
                .OrderBy(duration => duration.Model, StringComparer.Ordinal).ThenBy(duration => duration.Size, StringComparer.Ordinal).ThenBy(duration => duration.Seconds),
        ];
    }

    public async Task<int> CountInFlightAsync(CancellationToken cancellationToken = default) =>
        (int)await database.ReadAsync(session => session.NumberAsync($"SELECT count(*) FROM {_renders} WHERE {RenderTable.IsInFlight}"), cancellationToken);

    public Task<Render?> FindOldestOverdueAsync(DateTimeOffset dueBefore, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.FirstAsync(
                $"""
                SELECT {RenderTable.All} FROM {_renders}
                WHERE {RenderTable.IsOpen} AND due_at <= @dueBefore AND (lease_until IS NULL OR lease_until <= {_dialect.Now}) ORDER BY due_at, id LIMIT 1
                """,
                RenderTable.Read,
                new { dueBefore = _dialect.Value(dueBefore), now = _dialect.Value(database.TimeProvider.GetUtcNow()) }),
            cancellationToken);

    // From one model to the next in the index: a million rows have few.
    public async Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        var models = await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                WITH RECURSIVE models (model) AS (
                    SELECT min(model) FROM {_renders}
                    UNION ALL SELECT (SELECT min(r.model) FROM {_renders} AS r WHERE r.model > m.model) FROM models AS m WHERE m.model IS NOT NULL)
                SELECT model FROM models WHERE model IS NOT NULL
                """,
                row => row.Text("model")),
            cancellationToken);
        return [.. models.Order(StringComparer.Ordinal)];
    }

    // An event may become visible after a later one: then the position up to which the ledger is settled moves, and the newest does not.
    public Task<long> LastChangeAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            async session =>
            {
                var newest = await session.NumberAsync($"SELECT max(seq) FROM {_events}");
                return _dialect.HorizonSql is { } ask ? newest + Math.Min(newest, await session.NumberAsync(ask)) : newest;
            },
            cancellationToken);

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostMeasured);
    }

    private string Newest(string columns) =>
        $"SELECT {columns} FROM {_renders} WHERE {RenderTable.HasEnded} AND status = 'Completed' ORDER BY finished_at DESC, id DESC LIMIT @renders";

    private async Task<RenderSum> SumAsync(string where, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var sum = await database.ReadAsync(
            session => session.FirstAsync(
                $"SELECT count(*) AS renders, count(cost) AS priced, coalesce(sum({RenderTable.Millionths}), 0) AS cost FROM {_renders}{where}",
                row => new RenderSum(row.Number("renders"), row.Number("cost") / RenderTable.Million, row.Number("renders") - row.Number("priced")),
                parameters),
            cancellationToken);
        return sum!;
    }
}
