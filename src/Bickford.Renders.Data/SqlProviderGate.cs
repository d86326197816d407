using Bickford.Renders.Pacing;
using Bickford.Renders.Ports;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>What all workers share about the provider, in one row. Every answer is one statement on it, so that nobody reads what another is changing.</summary>
internal sealed class SqlProviderGate(SqlDatabase database) : IProviderGate
{
    private const string ThisProvider = "provider = 'default'";

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _gate = database.Dialect.Schema + "provider_gate";
    private readonly string _renders = database.Dialect.Schema + "renders";

    private string Now => _dialect.NowMicroseconds;

    // SlowStart.From, as the database says it: whole microseconds, rounded up.
    private string Distance
    {
        get
        {
            const string Since = "(last_slot - paused_until)";
            const string Rate = $"(slow_for + (@slower - 1) * {Since})";
            var slow = _dialect.Least($"(@slower * @distance * slow_for + {Rate} - 1) / {Rate}", $"slow_for - {Since} + @after");
            return $"CASE WHEN {Since} >= 0 AND {Since} < slow_for THEN {slow} ELSE @after END";
        }
    }

    // The next slot that nobody has: not in the past, not in a pause.
    private string Free => _dialect.Greatest($"last_slot + {Distance}", "paused_until", Now);

    public Task<RequestSlot> ReserveAsync(int requestsPerMinute, TimeSpan longest, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(requestsPerMinute);
        var parameters = Clock();
        var slots = SlowStart.Under(requestsPerMinute);
        parameters.Add("distance", slots.Distance);
        parameters.Add("slower", slots.Slower);
        parameters.Add("after", slots.After);
        parameters.Add("longest", (long)longest.TotalMicroseconds);
        return database.WriteBriefAsync(
            async session =>
                await session.FirstAsync(
                    $"""
                    UPDATE {_gate} SET last_slot = {Free}
                    WHERE {ThisProvider} AND {Free} <= {Now} + @longest
                    RETURNING last_slot - {Now} AS wait
                    """,
                    row => Slot(granted: true, row),
                    parameters)
                ?? await session.FirstAsync($"SELECT {Free} - {Now} AS wait FROM {_gate} WHERE {ThisProvider}", row => Slot(granted: false, row), parameters)
                ?? throw Missing(),
            repeatable: true,
            cancellationToken);
    }

    public Task PauseAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var parameters = Clock();
        parameters.Add("pause", (long)duration.TotalMicroseconds);
        parameters.Add("slow", (long)SlowStart.DurationAfter(duration).TotalMicroseconds);
        return database.WriteBriefAsync(
            session => session.ExecuteAsync(
                $"""
                UPDATE {_gate} SET paused_until = {Now} + @pause, slow_for = {_dialect.Greatest("@slow", $"paused_until + slow_for - {Now} - @pause")}
                WHERE {ThisProvider} AND paused_until < {Now} + @pause
                """,
                parameters),
            repeatable: true,
            cancellationToken);
    }

    public Task<ProviderPause> PauseLeftAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            async session =>
            {
                var answers = await session.QueryAsync(
                    $"SELECT paused_until - {Now} AS pause, paused_until + slow_for - {Now} AS slow FROM {_gate} WHERE {ThisProvider}",
                    row => new ProviderPause(Time(row, "pause"), Time(row, "slow")),
                    Clock());
                return answers.Count == 1 ? answers[0] : throw Missing();
            },
            cancellationToken);

    public async Task<int> CountInFlightAsync(Guid? except, int most, CancellationToken cancellationToken = default) =>
        (int)await database.ReadAsync(
            session => session.NumberAsync(
                $"SELECT {RenderTable.CountInFlight(_renders)}",
                new { id = _dialect.Value(except ?? Guid.Empty), max_in_flight = most }),
            cancellationToken);

    public async Task<int> CountWaitingBeforeAsync(Guid id, int priority, long turn, int most, CancellationToken cancellationToken = default) =>
        (int)await database.ReadAsync(
            session => session.NumberAsync(RenderTable.CountWaitingBefore(_renders), new { id = _dialect.Value(id), priority, turn, most }),
            cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListWaitingForRoomAsync(int limit, CancellationToken cancellationToken = default)
    {
        var parameters = new DynamicParameters();
        parameters.Add("now", _dialect.Value(database.TimeProvider.GetUtcNow()));
        parameters.Add("limit", limit);
        return database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT id, step, version, created_at AS due_at, priority, turn, expires_at, provider_completed_at FROM (
                    SELECT * FROM {_renders} WHERE {RenderTable.WaitsForRoom} ORDER BY priority DESC, turn, id LIMIT @limit) AS first
                WHERE lease_until IS NULL OR lease_until <= {_dialect.Now}
                ORDER BY priority DESC, turn, id
                """,
                RenderTable.ReadJob,
                parameters),
            cancellationToken);
    }

    private static RequestSlot Slot(bool granted, SqlRow row) =>
        new(granted, Time(row, "wait"));

    private static TimeSpan Time(SqlRow row, string column) => TimeSpan.FromMicroseconds(Math.Max(0, row.Number(column)));

    private DatabaseException Missing() => new(
        $"table {_gate}", "(no row 'default')", "the row that the migration 'provider gate' made; nothing of this program removes it");

    // For a dialect that takes the time from here.
    private DynamicParameters Clock()
    {
        var parameters = new DynamicParameters();
        parameters.Add("now_us", (database.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        return parameters;
    }
}
