using Bickford.Renders.Ports;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>What clean-up asks of the rows in a SQL database.</summary>
internal sealed class SqlCleanupStore(SqlDatabase database) : ICleanupStore
{
    // Databases limit the parameters of one statement; this stays far below.
    private const int IdsPerQuery = 500;

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _renders = database.Dialect.Schema + "renders";

    public Task<IReadOnlyList<Render>> ListProviderCopiesAsync(DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        PageAsync(RenderTable.HasProviderCopy, finishedBefore, after, limit, new DynamicParameters(), cancellationToken);

    public Task<IReadOnlyList<Render>> ListWithFilesAsync(
        RenderStatus status, string? tag, DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default)
    {
        var parameters = new DynamicParameters();
        parameters.Add("status", status.ToString());
        parameters.Add("tag", RenderTable.Text(tag));
        var tagged = tag is null ? "" : $" AND {_dialect.JsonArrayHolds("tags", "@tag")}";
        return PageAsync($"status = @status AND {RenderTable.HasFiles}{tagged}", finishedBefore, after, limit, parameters, cancellationToken);
    }

    public Task<IReadOnlyList<Render>> ListDeletionsBegunAsync(EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        PageAsync(RenderTable.DeletionBegun, DateTimeOffset.MaxValue, after, limit, new DynamicParameters(), cancellationToken);

    public Task<EndedAt?> FindNewestAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return database.ReadAsync(
            session => session.FirstAsync(
                $"SELECT finished_at, id FROM {_renders} WHERE status = 'Completed' AND {RenderTable.HasFiles} ORDER BY finished_at DESC, id DESC LIMIT 1 OFFSET @skipped",
                row => new EndedAt(row.Time("finished_at"), row.Guid("id")),
                new { skipped = count - 1 }),
            cancellationToken);
    }

    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(Guid? after, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT {RenderTable.All} FROM {_renders} WHERE {RenderTable.IsOpenCreate} AND id > @after ORDER BY id LIMIT @limit",
                RenderTable.Read,
                new { after = _dialect.Value(after ?? Guid.Empty), limit }),
            cancellationToken);
    }

    public async Task<IReadOnlySet<Guid>> FindRemixedAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default)
    {
        var remixed = new HashSet<Guid>();
        foreach (var chunk in ids.Chunk(IdsPerQuery))
        {
            var parameters = new DynamicParameters();
            parameters.Add("ids", _dialect.Values(chunk));
            remixed.UnionWith(await database.ReadAsync(
                session => session.QueryAsync(
                    $"SELECT DISTINCT remix_of FROM {_renders} WHERE {RenderTable.IsOpen} AND {_dialect.IsOneOf("remix_of", "@ids")}",
                    row => row.Guid("remix_of"),
                    parameters),
                cancellationToken));
        }

        return remixed;
    }

    public async Task<IReadOnlyList<Render>> FindByVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default)
    {
        var owners = new List<Render>();
        foreach (var ids in videoIds.Distinct(StringComparer.Ordinal).Chunk(IdsPerQuery))
        {
            owners.AddRange(await database.ReadAsync(
                session => session.QueryAsync($"SELECT {RenderTable.All} FROM {_renders} WHERE {_dialect.IsOneOf("video_id", "@ids")}", RenderTable.Read, new { ids }),
                cancellationToken));
        }

        return owners;
    }

    private Task<IReadOnlyList<Render>> PageAsync(
        string condition, DateTimeOffset finishedBefore, EndedAt? after, int limit, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        parameters.Add("before", _dialect.Value(finishedBefore));
        parameters.Add("after", _dialect.Value(after?.FinishedAt ?? DateTimeOffset.MinValue));
        parameters.Add("id", _dialect.Value(after?.Id ?? Guid.Empty));
        parameters.Add("limit", limit);
        return database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT {RenderTable.All} FROM {_renders} WHERE {condition} AND finished_at <= @before AND (finished_at, id) > (@after, @id) ORDER BY finished_at, id LIMIT @limit",
                RenderTable.Read,
                parameters),
            cancellationToken);
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
    }
}
