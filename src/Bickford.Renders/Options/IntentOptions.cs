namespace Bickford.Renders;

/// <summary>What renders of an intent are made with. What is null is the catalogue's default.</summary>
public sealed class IntentOptions
{
    /// <summary>The model.</summary>
    /// <value>Setting <c>Intents:&lt;intent&gt;:Model</c>; null takes <c>sora-2</c> for drafts and <c>sora-2-pro</c> for finals.</value>
    public string? Model { get; set; }

    /// <summary>Width x height in pixels.</summary>
    /// <value>Setting <c>Intents:&lt;intent&gt;:Size</c>; null takes the model's first.</value>
    public string? Size { get; set; }

    /// <summary>Clip length in seconds.</summary>
    /// <value>Setting <c>Intents:&lt;intent&gt;:Seconds</c>; null takes the model's first.</value>
    public int? Seconds { get; set; }

    /// <summary>Place among those that wait.</summary>
    /// <value>Setting <c>Intents:&lt;intent&gt;:Priority</c>; null is 0; -100 to 100.</value>
    public int? Priority { get; set; }
}
