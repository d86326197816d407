using Dapper;

namespace Bickford.Renders.Data;

/// <summary>A filter as conditions on the table <c>renders</c>.</summary>
internal sealed class RenderConditions
{
    private readonly List<string> _conditions = [];

    private RenderConditions()
    {
    }

    public DynamicParameters Parameters { get; } = new();

    /// <summary><c> WHERE …</c>, or nothing where nothing restricts.</summary>
    public string Where => _conditions.Count == 0 ? "" : $" WHERE {All}";

    /// <summary>True if nothing restricts.</summary>
    public bool IsEmpty => _conditions.Count == 0;

    /// <summary>The conditions joined; <c>1 = 1</c> where nothing restricts.</summary>
    public string All => IsEmpty ? "1 = 1" : string.Join(" AND ", _conditions);

    /// <summary>Everything that the filter says.</summary>
    public static RenderConditions Of(RenderFilter filter, SqlDialect dialect)
    {
        var conditions = WithoutStatuses(filter, dialect);
        if (filter.Statuses.Count > 0)
            conditions.Add(dialect.IsOneOf("status", "@statuses"), "statuses", filter.Statuses.Select(status => status.ToString()).Distinct().ToArray());
        return conditions;
    }

    /// <summary>Everything that the filter says but for the statuses.</summary>
    public static RenderConditions WithoutStatuses(RenderFilter filter, SqlDialect dialect)
    {
        var conditions = new RenderConditions();
        if (filter.Causes.Count > 0)
            conditions.Add(dialect.IsOneOf("cause", "@causes"), "causes", filter.Causes.Select(cause => cause.ToString()).Distinct().ToArray());
        if (filter.Model is { } model)
            conditions.Add("model = @model", "model", RenderTable.Text(model));
        if (filter.Tag is { } tag)
            conditions.Add(dialect.JsonArrayHolds("tags", "@tag"), "tag", RenderTable.Text(tag));
        if (filter.Batch is { } batch)
            conditions.Add("batch = @batch", "batch", RenderTable.Text(batch));
        if (filter.Text is { } text)
            conditions.Add(dialect.HoldsText("prompt", "@text"), "text", RenderTable.Text(text));
        return conditions;
    }

    public void Add(string condition, string name, object value)
    {
        _conditions.Add(condition);
        Parameters.Add(name, value);
    }
}
