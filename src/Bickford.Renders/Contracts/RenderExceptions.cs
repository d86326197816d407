namespace Bickford.Renders;

/// <summary>A request that cannot be accepted. Nothing was written.</summary>
public sealed class RenderRequestException : Exception
{
    /// <summary>Says which field is wrong, what it held, and what is allowed.</summary>
    /// <param name="field">The field, as the caller names it.</param>
    /// <param name="value">What it held; long values are cut.</param>
    /// <param name="allowed">What is allowed, and where to change it.</param>
    /// <param name="detail">More about what went wrong, or null.</param>
    public RenderRequestException(string field, string? value, string allowed, string? detail = null)
        : base($"{field}: {Shown(value)} is not allowed; allowed: {allowed}{(detail is null ? "" : $" ({detail})")}")
    {
        Field = field;
        Allowed = allowed;
    }

    /// <summary>The field that is wrong.</summary>
    public string Field { get; }

    /// <summary>What is allowed there.</summary>
    public string Allowed { get; }

    private static string Shown(string? value) => value switch
    {
        null => "(none)",
        { Length: > 80 } => $"'{value[..77]}…' ({value.Length} characters)",
        _ => $"'{value}'",
    };
}

/// <summary>No render has this id.</summary>
public sealed class RenderNotFoundException(string id) : Exception($"id: no render '{id}'; see 'renders list' for the ids there are")
{
    /// <summary>The id as given.</summary>
    public string Id { get; } = id;
}

/// <summary>The action does not fit where the render stands, or the key belongs to another request. Nothing was changed.</summary>
public sealed class RenderConflictException(string message) : Exception(message);
