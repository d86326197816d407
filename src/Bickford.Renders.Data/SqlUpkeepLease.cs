using Bickford.Renders.Ports;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>Leases on upkeep in a SQL database, one row a piece of work.</summary>
internal sealed class SqlUpkeepLease(SqlDatabase database) : IUpkeepLease
{
    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _leases = database.Dialect.Schema + "upkeep_leases";

    private string Now => _dialect.NowMicroseconds;

    public async Task<bool> TryTakeAsync(string work, string owner, TimeSpan duration, TimeSpan rest, CancellationToken cancellationToken = default)
    {
        var parameters = Parameters(work, owner, duration);
        parameters.Add("rest", (long)rest.TotalMicroseconds);
        // The very first time, there is no row to update.
        await database.WriteRowAsync(
            session => session.ExecuteAsync(
                $"INSERT INTO {_leases} (work, owner, held_until, ended_at) SELECT @work, '', 0, 0 WHERE NOT EXISTS (SELECT 1 FROM {_leases} WHERE work = @work) ON CONFLICT DO NOTHING",
                parameters),
            repeatable: true,
            cancellationToken);
        // Its owner may take it again: the answer to a first try may have been lost.
        return await UpdateAsync(
            $"owner = @owner, held_until = {Now} + @duration", $"(owner = @owner OR (held_until <= {Now} AND ended_at <= {Now} - @rest))", parameters, cancellationToken);
    }

    public Task<bool> RenewAsync(string work, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        UpdateAsync($"held_until = {Now} + @duration", "owner = @owner", Parameters(work, owner, duration), cancellationToken);

    public Task ReleaseAsync(string work, string owner, CancellationToken cancellationToken = default) =>
        UpdateAsync($"owner = '', held_until = 0, ended_at = {Now}", "owner = @owner", Parameters(work, owner, TimeSpan.Zero), cancellationToken);

    private async Task<bool> UpdateAsync(string assignments, string condition, DynamicParameters parameters, CancellationToken cancellationToken) =>
        await database.WriteRowAsync(
            session => session.ExecuteAsync($"UPDATE {_leases} SET {assignments} WHERE work = @work AND {condition}", parameters), repeatable: true, cancellationToken) > 0;

    private DynamicParameters Parameters(string work, string owner, TimeSpan duration)
    {
        var parameters = new DynamicParameters();
        parameters.Add("work", work);
        parameters.Add("owner", owner);
        parameters.Add("duration", (long)duration.TotalMicroseconds);
        // For a dialect that takes the time from here.
        parameters.Add("now_us", (database.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        return parameters;
    }
}
