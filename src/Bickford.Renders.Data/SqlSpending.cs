using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <summary>What was spent, summed up from the rows of a SQL database.</summary>
internal sealed class SqlSpending(SqlDatabase database) : ISpending
{
    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _renders = database.Dialect.Schema + "renders";

    public async Task<RenderSum> SumSpentAsync(DateTimeOffset since, string? tag = null, Guid? except = null, CancellationToken cancellationToken = default)
    {
        var parameters = new TypedParameters();
        parameters.Add("id", except ?? Guid.Empty);
        Add(parameters, 0, since, tag);
        var sums = await database.ReadAsync(
            session => session.QueryAsync(
                $"SELECT count(*) AS renders, count(cost) AS priced, coalesce(sum({RenderTable.Millionths}), 0) AS cost FROM {_renders} WHERE {IsSpent(_dialect, 0, tag)}",
                row => new RenderSum(row.Number("renders"), row.Number("cost") / RenderTable.Million, row.Number("renders") - row.Number("priced")),
                parameters),
            cancellationToken);
        return sums[0];
    }

    public async Task<IReadOnlyList<SpentGroup>> GroupSpentAsync(DateTimeOffset since, DateTimeOffset until, SpentBy by, CancellationToken cancellationToken = default)
    {
        var name = by switch
        {
            SpentBy.Day => _dialect.DayOf("create_started_at"),
            SpentBy.Model => "model",
            SpentBy.Tag => "each_one.value",
            SpentBy.Outcome => "status",
            _ => throw new ArgumentOutOfRangeException(nameof(by), by, "unknown"),
        };
        var parameters = new TypedParameters();
        Add(parameters, 0, since, null);
        parameters.Add("until", until);
        var groups = await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT {name} AS name, count(*) AS renders, count(cost) AS priced, coalesce(sum({RenderTable.Millionths}), 0) AS cost,
                    coalesce(sum(CASE WHEN status IN ('Failed', 'Cancelled') THEN {RenderTable.Millionths} END), 0) AS lost
                FROM {_renders} {(by == SpentBy.Tag ? _dialect.JoinEach("tags") : "")}
                WHERE {RenderTable.IsSentSince(0)} AND create_started_at < @until
                GROUP BY {name}
                """,
                row => new SpentGroup(
                    row.TextOrNull("name"),
                    new RenderSum(row.Number("renders"), row.Number("cost") / RenderTable.Million, row.Number("renders") - row.Number("priced")),
                    row.Number("lost") / RenderTable.Million),
                parameters),
            cancellationToken);
        // Databases sort texts in ways of their own.
        return [.. groups.OrderBy(group => group.Name is null).ThenBy(group => group.Name, StringComparer.Ordinal)];
    }

    public Task<IReadOnlyList<Render>> ListParkedForBudgetAsync(Render? after, int limit, CancellationToken cancellationToken = default)
    {
        const string Following = " AND (priority < @priority OR (priority = @priority AND (turn, id) > (@turn, @id)))";
        var parameters = new TypedParameters();
        parameters.Add("limit", limit);
        if (after is not null)
        {
            parameters.Add("priority", after.Priority);
            parameters.Add("turn", after.Turn);
            parameters.Add("id", after.Id);
        }

        return database.ReadAsync(
            session => session.QueryAsync(
                $"""
                SELECT {RenderTable.All} FROM {_renders}
                WHERE {RenderTable.HasStopped} AND cause = 'Budget' AND status = 'Parked'{(after is null ? "" : Following)}
                ORDER BY priority DESC, turn, id LIMIT @limit
                """,
                RenderTable.Read,
                parameters),
            cancellationToken);
    }

    /// <summary>Conditions, each to be added to the others: that <c>@cost_millionths</c> keeps within the limits, the creates of other renders than <c>@id</c> counted.</summary>
    public static string KeepsWithin(IReadOnlyList<SpendLimit> limits, string table, SqlDialect dialect, TypedParameters parameters, decimal? cost)
    {
        parameters.Add("cost_millionths", Millionths(cost ?? 0));
        var sql = "";
        foreach (var (i, limit) in limits.Index())
        {
            Add(parameters, i, limit.Since, limit.Tag);
            parameters.Add($"most{i}", Millionths(limit.Most));
            sql += $" AND (SELECT coalesce(sum({RenderTable.Millionths}), 0) FROM {table} WHERE {IsSpent(dialect, i, limit.Tag)}) + @cost_millionths <= @most{i}";
        }

        return sql;
    }

    private static string IsSpent(SqlDialect dialect, int i, string? tag) =>
        $"{RenderTable.IsSentSince(i)} AND id <> @id{(tag is null ? "" : " AND " + dialect.JsonArrayHolds("tags", $"@tag{i}"))}";

    private static void Add(TypedParameters parameters, int i, DateTimeOffset since, string? tag)
    {
        parameters.Add($"since{i}", since);
        if (tag is not null)
            parameters.Add($"tag{i}", RenderTable.Text(tag));
    }

    private static long Millionths(decimal amount) => (long)Math.Round(amount * RenderTable.Million);
}
