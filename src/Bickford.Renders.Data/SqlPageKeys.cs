using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <summary>The workers' keys for cookies and forms in a SQL database.</summary>
internal sealed class SqlPageKeys(SqlDatabase database) : IPageKeys
{
    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _keys = database.Dialect.Schema + "page_keys";

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.QueryAsync($"SELECT content FROM {_keys} ORDER BY created_at, name", row => row.Text("content")), cancellationToken);

    public Task AddAsync(string name, string content, CancellationToken cancellationToken = default) =>
        database.WriteRowAsync(
            session => session.ExecuteAsync(
                $"INSERT INTO {_keys} (name, content, created_at) VALUES (@name, @content, @created_at) ON CONFLICT DO NOTHING",
                new { name = RenderTable.Text(name), content = RenderTable.Text(content), created_at = _dialect.Value(database.TimeProvider.GetUtcNow()) }),
            repeatable: true,
            cancellationToken);
}
