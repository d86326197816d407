using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <content>Remixes that wait for their source.</content>
internal sealed partial class SqlRenderStore
{
    public Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(Guid? source, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT id, step, version, created_at AS due_at, priority, turn, expires_at, provider_completed_at FROM {_renders} AS waiting
                WHERE {RenderTable.WaitsForSource} AND {NotLeased}{(source is null ? "" : " AND remix_of = @source")}
                    AND NOT EXISTS (SELECT 1 FROM {_renders} AS source WHERE source.id = waiting.remix_of AND NOT ({RenderTable.IsSettled}))
                ORDER BY remix_of, id LIMIT @limit
                """,
                RenderTable.ReadJob,
                Clock(TimeSpan.Zero, ("source", source is { } id ? _dialect.Value(id) : null), ("limit", limit))),
            cancellationToken);
    }

    public Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.FirstAsync($"SELECT {RenderTable.All} FROM {_renders} WHERE idempotency_key = @key", RenderTable.Read, new { key = RenderTable.Text(idempotencyKey) }),
            cancellationToken);
}
