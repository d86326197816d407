using Bickford.Renders.Ports;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>Workers and their traffic in a SQL database.</summary>
internal sealed class SqlWorkerRegister(SqlDatabase database) : IWorkerRegister
{
    private const long Hour = 3_600_000_000;
    private const long Day = 24 * Hour;
    private const int HoursKept = 31 * 24;

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _workers = database.Dialect.Schema + "workers";
    private readonly string _traffic = database.Dialect.Schema + "provider_traffic";

    private string Now => _dialect.NowMicroseconds;

    public Task SayAsync(WorkerStatus worker, long calls, long throttled, long failed, CancellationToken cancellationToken = default)
    {
        var parameters = Clock();
        parameters.Add("id", _dialect.Value(worker.Id));
        parameters.Add("host", RenderTable.Text(worker.Host));
        parameters.Add("process_id", worker.ProcessId);
        parameters.Add("version", RenderTable.Text(worker.Version));
        parameters.Add("engine", RenderTable.Text(worker.Engine));
        parameters.Add("started_at", _dialect.Value(worker.StartedAt));
        parameters.Add("staging_bytes", worker.StagingBytes);
        parameters.Add("staging_max_bytes", worker.StagingMaxBytes);
        parameters.Add("calls", calls);
        parameters.Add("throttled", throttled);
        parameters.Add("failed", failed);
        // Not repeated when its answer is lost: requests would count twice.
        return database.WriteBriefAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    $"""
                    INSERT INTO {_workers} (id, host, process_id, version, engine, started_at, staging_bytes, staging_max_bytes, seen_at)
                    VALUES (@id, @host, @process_id, @version, @engine, @started_at, @staging_bytes, @staging_max_bytes, {Now})
                    ON CONFLICT (id) DO UPDATE SET staging_bytes = excluded.staging_bytes, staging_max_bytes = excluded.staging_max_bytes, seen_at = excluded.seen_at
                    """,
                    parameters);
                await session.ExecuteAsync($"DELETE FROM {_workers} WHERE seen_at < {Now} - {Day}", parameters);
                if (calls > 0 || throttled > 0 || failed > 0)
                {
                    await session.ExecuteAsync(
                        $"""
                        INSERT INTO {_traffic} AS t (hour, calls, throttled, failed) VALUES ({Now} / {Hour}, @calls, @throttled, @failed)
                        ON CONFLICT (hour) DO UPDATE SET
                            calls = t.calls + excluded.calls, throttled = t.throttled + excluded.throttled, failed = t.failed + excluded.failed
                        """,
                        parameters);
                }

                await session.ExecuteAsync($"DELETE FROM {_traffic} WHERE hour < {Now} / {Hour} - {HoursKept}", parameters);
                return true;
            },
            repeatable: false,
            cancellationToken);
    }

    public Task LeaveAsync(Guid id, CancellationToken cancellationToken = default) =>
        database.WriteBriefAsync(
            session => session.ExecuteAsync($"DELETE FROM {_workers} WHERE id = @id", new { id = _dialect.Value(id) }), repeatable: true, cancellationToken);

    public Task<IReadOnlyList<WorkerStatus>> ListAsync(CancellationToken cancellationToken = default)
    {
        var parameters = Clock();
        parameters.Add("gone_after", (long)IWorkerRegister.GoneAfter.TotalMicroseconds);
        return database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT * FROM {_workers} WHERE seen_at > {Now} - @gone_after ORDER BY host, started_at, id",
                row => new WorkerStatus(
                    row.Guid("id"), row.Text("host"), (int)row.Number("process_id"), row.Text("version"), row.Text("engine"), row.Time("started_at"),
                    row.Number("staging_bytes"), row.Number("staging_max_bytes"))
                {
                    SeenAt = DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(row.Number("seen_at")),
                },
                parameters),
            cancellationToken);
    }

    public Task<IReadOnlyList<ProviderTraffic>> ListTrafficAsync(DateTimeOffset since, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT hour, calls, throttled, failed FROM {_traffic} WHERE hour >= @since ORDER BY hour",
                row => new ProviderTraffic(
                    DateTimeOffset.UnixEpoch.AddHours(row.Number("hour")), row.Number("calls"), row.Number("throttled"), row.Number("failed")),
                new { since = (long)Math.Floor((since - DateTimeOffset.UnixEpoch).TotalHours) }),
            cancellationToken);

    // For a dialect that takes the time from here.
    private DynamicParameters Clock()
    {
        var parameters = new DynamicParameters();
        parameters.Add("now_us", (database.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        return parameters;
    }
}
