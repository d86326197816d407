using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <summary>How everything stands in a SQL database. Each part of the statement is answered from a partial index of its own.</summary>
internal sealed class SqlRenderReadings(SqlDatabase database) : IRenderReadings
{
    private const int MostUnsealed = 100_000;

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _renders = database.Dialect.Schema + "renders";
    private readonly string _events = database.Dialect.Schema + "ledger_events";
    private readonly string _seals = database.Dialect.Schema + "ledger_seals";

    public async Task<RenderReading> ReadAsync(DateTimeOffset dueBefore, DateTimeOffset expiresBefore, CancellationToken cancellationToken = default)
    {
        var now = database.TimeProvider.GetUtcNow();
        var rows = await database.ReadAsync(
            session => session.QueryAsync(
                Sql(),
                row => new Row(row.Text("what"), row.TextOrNull("first"), row.TextOrNull("second"), row.Number("number"), row.TimeOrNull("at")),
                new
                {
                    now = _dialect.Value(now),
                    due_before = _dialect.Value(dueBefore),
                    expires_before = _dialect.Value(expiresBefore),
                    completed_before = _dialect.Value(expiresBefore - StepJob.UsualLifetime),
                }),
            cancellationToken);
        var unsealed = rows.Single(row => row.What == "unsealed");
        return new RenderReading(
            ((RenderStatus[])[RenderStatus.Queued, RenderStatus.Rendering, RenderStatus.Storing])
                .ToDictionary(status => status, status => rows.FirstOrDefault(row => row.What == "open" && row.First == status.ToString())?.Number ?? 0),
            Number("in_flight"),
            [.. rows.Where(row => row.What == "overdue").Select(row => new OverdueRenders(Enum.Parse<RenderStep>(row.First!), row.Number, row.At!.Value)).OrderBy(row => row.Step)],
            Number("expiring"),
            [.. rows.Where(row => row.What == "stopped").Select(row => new StoppedRenders(Enum.Parse<RenderStatus>(row.First!), Enum.Parse<RenderCause>(row.Second!), row.Number))
                .OrderBy(row => row.Status).ThenBy(row => row.Cause)],
            Number("position"),
            unsealed.Number,
            unsealed.At);

        long Number(string what) => rows.Single(row => row.What == what).Number;
    }

    private string Sql()
    {
        var (noText, noTime) = ("CAST(NULL AS text)", $"CAST(NULL AS {_dialect.MigrationTokens["time"]})");
        var free = $"(lease_until IS NULL OR lease_until <= {_dialect.Now})";
        var sealedTo = $"coalesce((SELECT max(last_seq) FROM {_seals}), 0)";
        return
            $"""
            SELECT 'open' AS what, status AS first, {noText} AS second, count(*) AS number, {noTime} AS at FROM {_renders} WHERE {RenderTable.IsOpen} GROUP BY status
            UNION ALL SELECT 'in_flight', {noText}, {noText}, count(*), {noTime} FROM {_renders} WHERE {RenderTable.IsInFlight}
            UNION ALL SELECT 'overdue', step, {noText}, count(*), min(due_at) FROM {_renders} WHERE {RenderTable.IsOpen} AND due_at <= @due_before AND {free} GROUP BY step
            UNION ALL SELECT 'expiring', {noText}, {noText}, count(*), {noTime} FROM (
                SELECT id FROM {_renders} WHERE status = 'Storing' AND step <> 'Record' AND (expires_at <= @expires_before OR (expires_at IS NULL AND provider_completed_at <= @completed_before))
                UNION ALL SELECT id FROM {_renders} WHERE {RenderTable.HasStopped} AND {RenderTable.MayExpire} AND expires_at <= @expires_before) AS expiring
            UNION ALL SELECT 'stopped', status, cause, count(*), {noTime} FROM {_renders} WHERE {RenderTable.HasStopped} GROUP BY status, cause
            UNION ALL SELECT 'position', {noText}, {noText}, coalesce(max(seq), 0), {noTime} FROM {_events}
            UNION ALL SELECT 'unsealed', {noText}, {noText}, count(*), min(occurred_at) FROM (
                SELECT occurred_at FROM {_events} WHERE seq > {sealedTo} ORDER BY seq LIMIT {MostUnsealed}) AS unsealed
            """;
    }

    private sealed record Row(string What, string? First, string? Second, long Number, DateTimeOffset? At);
}
