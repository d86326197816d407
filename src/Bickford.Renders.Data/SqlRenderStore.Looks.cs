using System.Globalization;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <content>Looks that are taken together, and what is learnt for them.</content>
internal sealed partial class SqlRenderStore
{
    private const string NearColumns = "id, version, due_at, lease_until, lease_owner, create_started_at";

    // Rows at Poll that pages of the list can answer together with the one of @id, as "near".
    private string Around =>
        $"""
        WITH near AS (
            SELECT {NearColumns} FROM {_renders} WHERE id = @id AND {RenderTable.IsPolled}
            UNION ALL
            SELECT * FROM (SELECT {NearColumns} FROM {_renders} WHERE {RenderTable.IsPolled} AND (create_started_at, id) > ({Anchor}) ORDER BY create_started_at, id LIMIT {LookWakeUps.Reach}) AS newer
            UNION ALL
            SELECT * FROM (SELECT {NearColumns} FROM {_renders} WHERE {RenderTable.IsPolled} AND (create_started_at, id) < ({Anchor}) ORDER BY create_started_at DESC, id DESC LIMIT {LookWakeUps.Reach}) AS older)
        """;

    private string Anchor => $"(SELECT create_started_at FROM {_renders} WHERE id = @id), @id";

    public async Task<IReadOnlyList<Render>> LeaseLooksAsync(StepJob job, DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        // After a start each look wakes somebody, and most were taken along with others by then: they find out by a glance at their own row.
        if (!await IsToBeTakenAsync(job, cancellationToken))
            return [];
        var isFree = $"({NotLeased} OR lease_owner = @owner)";
        var isNear = $"((id = @id AND version = @version) OR {_dialect.Seconds("due_at")} - {_dialect.Seconds("@at")} <= ({_dialect.Seconds("due_at")} - {_dialect.Seconds("updated_at")}) * {LookWakeUps.NearShare.ToString(CultureInfo.InvariantCulture)})";
        return await database.WriteBriefAsync(
            async session =>
            {
                var rows = await session.QueryAsync(
                    $"""
                    {Around}
                    UPDATE {_renders} SET lease_owner = @owner, lease_until = {_dialect.LeaseEnd}
                    WHERE {RenderTable.IsPolled} AND {isFree} AND {isNear} AND id IN (
                        SELECT id FROM {_renders}
                        WHERE id IN (SELECT id FROM near) AND {isFree} AND {isNear} AND EXISTS (SELECT 1 FROM near WHERE id = @id AND version = @version AND {isFree})
                        {_dialect.SkipLocked})
                    RETURNING {RenderTable.All}
                    """,
                    RenderTable.Read,
                    Clock(duration).Add("id", job.RenderId).Add("version", job.Version).Add("owner", owner).Add("at", now));
                return (IReadOnlyList<Render>)[.. LookWakeUps.InOrder(rows)];
            },
            repeatable: true,
            cancellationToken);
    }

    private async Task<bool> IsToBeTakenAsync(StepJob job, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT id FROM {_renders} WHERE id = @id AND version = @version AND {RenderTable.IsPolled} AND {NotLeased}",
                row => row.Guid("id"),
                Clock(TimeSpan.Zero).Add("id", job.RenderId).Add("version", job.Version)),
            cancellationToken) is [_];

    public async Task<StepJob?> FindNextLookAsync(Guid id, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(
            session => session.FirstAsync(
                $"""
                {Around}
                SELECT {RenderTable.JobColumns} FROM {_renders} WHERE id = (SELECT id FROM near WHERE {NotLeased} AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 1)
                """,
                RenderTable.ReadJob,
                Clock(TimeSpan.Zero).Add("id", id)),
            cancellationToken);

    public async Task<string?> FindNewerVideoAsync(Guid id, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(
            session => session.FirstAsync(
                $"""
                SELECT video_id FROM (
                    SELECT create_started_at, id, video_id FROM {_renders} WHERE {RenderTable.IsPolled} AND (create_started_at, id) > ((SELECT create_started_at FROM {_renders} WHERE id = @id), @id)
                    ORDER BY create_started_at, id LIMIT {LookWakeUps.Slack}) AS newer
                ORDER BY create_started_at DESC, id DESC LIMIT 1
                """,
                row => row.Text("video_id"),
                new { id = _dialect.Value(id) }),
            cancellationToken);

    public Task<IReadOnlyList<CommitResult>> CommitAllAsync(IReadOnlyList<RowCommit> commits, CancellationToken cancellationToken = default)
    {
        foreach (var one in commits)
            ArgumentOutOfRangeException.ThrowIfNotEqual(one.Next.Version, one.ExpectedVersion + 1);
        return database.WriteAsync(
            async session =>
            {
                var results = new CommitResult[commits.Count];
                var together = await WriteTogetherAsync(session, [.. commits.Where(IsPlain)]);
                // Each row is a lock until the end. Taken in one order by all, no two wait for each other; of those above, this run has the leases.
                foreach (var (i, one) in commits.Index().OrderBy(one => one.Item.Next.Id))
                {
                    results[i] = together is null || !IsPlain(one) ? await CommitAsync(session, one.Next, one.ExpectedVersion, one.Entries, null, one.IsLook)
                        : together.Contains(one.Next.Id) ? CommitResult.Committed : CommitResult.Conflict;
                }

                return (IReadOnlyList<CommitResult>)results;
            },
            repeatable: false,
            cancellationToken);
    }

    private static bool IsPlain(RowCommit commit) => commit is { IsLook: true, Entries.Count: 0, Next: { LeaseOwner: null, Turn: >= 0 } };

    private async Task<HashSet<Guid>?> WriteTogetherAsync(SqlSession session, IReadOnlyList<RowCommit> looks) =>
        looks.Count > 1 && await _dialect.WriteLooksAsync(session, looks) is { } written ? [.. written] : null;

    public Task<IReadOnlyList<TimeSpan>> ListTimesAsync(string model, string? size, int? seconds, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT provider_created_at, provider_completed_at FROM {_renders}
                WHERE model = @model AND {(size is null ? "size IS NULL" : "size = @size")} AND {(seconds is null ? "seconds IS NULL" : "seconds = @seconds")} AND {RenderTable.IsRendered}
                ORDER BY provider_completed_at DESC, id DESC LIMIT @limit
                """,
                row => row.TimeOrNull("provider_completed_at")!.Value - row.TimeOrNull("provider_created_at")!.Value,
                new { model = RenderTable.Text(model), size = RenderTable.Text(size), seconds, limit }),
            cancellationToken);
    }
}
