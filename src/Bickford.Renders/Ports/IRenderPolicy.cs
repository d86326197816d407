namespace Bickford.Renders.Ports;

/// <summary>What a policy chose for a request. What is null is left to the catalogue's defaults.</summary>
/// <param name="Model">The model.</param>
/// <param name="Why">Why, in one line; it stands on the ledger.</param>
public sealed record RenderChoice(string Model, string Why)
{
    /// <summary>Width x height in pixels.</summary>
    public string? Size { get; init; }

    /// <summary>Clip length in seconds.</summary>
    public int? Seconds { get; init; }

    /// <summary>Its place among those that wait.</summary>
    public int? Priority { get; init; }
}

/// <summary>
/// Decides what a request with an intent (<see cref="RenderRequest.Intent"/>) becomes. What the request states itself goes before what is chosen, and the whole is checked against the
/// catalogue like any other request. Without one of its own, a worker goes by <see cref="RenderOptions.Intents"/>; <c>builder.UsePolicy&lt;T&gt;()</c> brings another.
/// </summary>
public interface IRenderPolicy
{
    /// <summary>Chooses. Called once for each request that is handed in, also where its key has brought the render before.</summary>
    /// <param name="request">The request; its intent is stated, its model is not.</param>
    /// <exception cref="RenderRequestException">Nothing suits.</exception>
    RenderChoice Choose(RenderRequest request);
}
