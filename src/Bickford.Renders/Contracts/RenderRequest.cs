namespace Bickford.Renders;

/// <summary>What a caller asks for. What is left out comes from the settings.</summary>
public sealed record RenderRequest
{
    /// <summary>A request with a prompt and nothing else.</summary>
    public RenderRequest()
    {
    }

    /// <inheritdoc cref="RenderRequest()"/>
    /// <param name="prompt">1 to 32,000 characters.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RenderRequest(string prompt) => Prompt = prompt;

    /// <summary>What to show: 1 to 32,000 characters.</summary>
    public required string Prompt { get; init; }

    /// <summary>A model of the catalogue; null takes the default model, or the one of the <see cref="Intent"/>.</summary>
    public string? Model { get; init; }

    /// <summary>What it is for, in the place of a model: an <see cref="Ports.IRenderPolicy"/> then chooses model, size, seconds and priority, as far as they are not stated here.</summary>
    public RenderIntent? Intent { get; init; }

    /// <summary>Width x height in pixels, such as <c>1280x720</c>, of the model's sizes; null takes the model's first.</summary>
    public string? Size { get; init; }

    /// <summary>Length of the clip in seconds, of the model's choices; null takes the model's first.</summary>
    public int? Seconds { get; init; }

    /// <summary>An image to begin with; its pixel size must equal <see cref="Size"/>.</summary>
    public ReferenceImage? Reference { get; init; }

    /// <summary>Free labels for filters and costs: up to 20, each 1 to 64 characters. Where creates wait, the first ones take turns.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The name of the batch it was handed in with: 1 to 100 characters; null for none.</summary>
    public string? Batch { get; init; }

    /// <summary>Clean-up leaves its stored files alone, however old they are.</summary>
    public bool Keep { get; init; }

    /// <summary>Higher goes first where renders wait for room; -100 to 100.</summary>
    public int Priority { get; init; }
}
