namespace Bickford.Renders;

/// <summary>Which renders to list. What is left out does not restrict.</summary>
public sealed record RenderFilter
{
    /// <summary>Any of these.</summary>
    public IReadOnlyList<RenderStatus> Statuses { get; init; } = [];

    /// <summary>Any of these.</summary>
    public IReadOnlyList<RenderCause> Causes { get; init; } = [];

    /// <summary>This model.</summary>
    public string? Model { get; init; }

    /// <summary>This tag.</summary>
    public string? Tag { get; init; }

    /// <summary>This batch.</summary>
    public string? Batch { get; init; }

    /// <summary>This text somewhere in the prompt, case-insensitive for ASCII.</summary>
    public string? Text { get; init; }
}

/// <summary>A page of renders, newest first.</summary>
/// <param name="Items">The renders.</param>
/// <param name="NextCursor">Pass it to get the next page; null at the end.</param>
public sealed record RenderPage(IReadOnlyList<Render> Items, string? NextCursor);
