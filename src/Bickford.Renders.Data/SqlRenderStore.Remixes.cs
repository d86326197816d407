using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <content>Remixes that wait for their source.</content>
internal sealed partial class SqlRenderStore
{
    public async Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        if (sources is { Count: 0 })
            return [];
        var parameters = Clock(TimeSpan.Zero).Add("limit", limit);
        if (sources is not null)
            parameters.Add("sources", [.. sources.Distinct()]);
        return await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT id, step, version, created_at AS due_at, priority, turn, expires_at, provider_completed_at FROM {_renders} AS waiting
                WHERE {RenderTable.WaitsForSource} AND {NotLeased}{(sources is null ? "" : $" AND {_dialect.IsOneOf("remix_of", "@sources")}")}
                    AND NOT EXISTS (SELECT 1 FROM {_renders} AS source WHERE source.id = waiting.remix_of AND NOT ({RenderTable.IsSettled}))
                ORDER BY remix_of, id LIMIT @limit
                """,
                RenderTable.ReadJob,
                parameters),
            cancellationToken);
    }

    public Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.FirstAsync($"SELECT {RenderTable.All} FROM {_renders} WHERE idempotency_key = @key", RenderTable.Read, new { key = RenderTable.Text(idempotencyKey) }),
            cancellationToken);
}
