using Bickford.Renders.Ports;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>Programs' keys in a SQL database.</summary>
internal sealed class SqlApiKeys(SqlDatabase database) : IApiKeys
{
    private const string Columns = "id, name, role, sha256, created_at, expires_at, revoked_at, last_used_at";

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _keys = database.Dialect.Schema + "api_keys";

    public Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken = default)
    {
        var runs = 0;
        return database.WriteRowAsync(
            async session =>
            {
                runs++;
                var written = await session.ExecuteAsync(
                    $"INSERT INTO {_keys} ({Columns}) VALUES (@id, @name, @role, @sha256, @created_at, @expires_at, @revoked_at, @last_used_at) ON CONFLICT DO NOTHING",
                    Parameters(key)) > 0;
                // A run before this one lost its answer: the key that is there now is its own.
                return written || (runs > 1 && (await FindAsync(session, key.Id))?.Sha256 == key.Sha256);
            },
            repeatable: true,
            cancellationToken);
    }

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.QueryAsync($"SELECT {Columns} FROM {_keys} ORDER BY created_at DESC, id", Read), cancellationToken);

    public Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var runs = 0;
        return database.WriteRowAsync(
            async session =>
            {
                runs++;
                var written = await session.ExecuteAsync($"UPDATE {_keys} SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL", new { id = RenderTable.Text(id), at = _dialect.Value(at) }) > 0;
                return written || (runs > 1 && (await FindAsync(session, id))?.RevokedAt is not null);
            },
            repeatable: true,
            cancellationToken);
    }

    public Task NoteUseAsync(string id, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        database.WriteRowAsync(
            session => session.ExecuteAsync(
                $"UPDATE {_keys} SET last_used_at = @at WHERE id = @id AND (last_used_at IS NULL OR last_used_at < @at)", new { id = RenderTable.Text(id), at = _dialect.Value(at) }),
            repeatable: true,
            cancellationToken);

    private Task<ApiKey?> FindAsync(SqlSession session, string id) =>
        session.FirstAsync($"SELECT {Columns} FROM {_keys} WHERE id = @id", Read, new { id = RenderTable.Text(id) });

    private static ApiKey Read(SqlRow row) => new(
        row.Text("id"),
        row.Text("name"),
        row.Enum<ApiKeyRole>("role"),
        row.Text("sha256"),
        row.Time("created_at"),
        row.TimeOrNull("expires_at"),
        row.TimeOrNull("revoked_at"),
        row.TimeOrNull("last_used_at"));

    private DynamicParameters Parameters(ApiKey key)
    {
        var parameters = new DynamicParameters();
        parameters.Add("id", RenderTable.Text(key.Id));
        parameters.Add("name", RenderTable.Text(key.Name));
        parameters.Add("role", key.Role.ToString());
        parameters.Add("sha256", key.Sha256);
        parameters.Add("created_at", _dialect.Value(key.CreatedAt));
        parameters.Add("expires_at", Time(key.ExpiresAt));
        parameters.Add("revoked_at", Time(key.RevokedAt));
        parameters.Add("last_used_at", Time(key.LastUsedAt));
        return parameters;

        object? Time(DateTimeOffset? time) => time is { } t ? _dialect.Value(t) : null;
    }
}
