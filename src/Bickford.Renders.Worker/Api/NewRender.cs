namespace Bickford.Renders.Worker.Api;

/// <summary>A render that is asked for. What is left out comes from the settings.</summary>
/// <param name="Prompt">What to show: 1 to 32,000 characters.</param>
/// <param name="Model">A model of the catalogue.</param>
/// <param name="Size">Width x height in pixels, such as 1280x720.</param>
/// <param name="Seconds">Length of the clip.</param>
/// <param name="Tags">Up to 20 free labels, each 1 to 64 characters.</param>
/// <param name="Priority">-100 to 100; higher goes first where renders wait for room.</param>
/// <param name="Keep">Clean-up leaves its stored files alone.</param>
/// <param name="Batch">The name of the batch it belongs to; 1 to 100 characters.</param>
/// <param name="Intent">What it is for, in the place of a model.</param>
internal record NewRender(
    string Prompt, string? Model = null, string? Size = null, int? Seconds = null, IReadOnlyList<string>? Tags = null, int? Priority = null, bool? Keep = null, string? Batch = null, RenderIntent? Intent = null)
{
    /// <summary>The fields a body may have.</summary>
    public static readonly string[] Fields = ["prompt", "model", "size", "seconds", "tags", "priority", "keep", "batch", "intent"];

    public static RenderRequest From(JsonFields fields) => new(fields.Text("prompt") ?? "")
    {
        Model = fields.Text("model"),
        Intent = fields.Name<RenderIntent>("intent"),
        Size = fields.Text("size"),
        Seconds = fields.Whole("seconds"),
        Tags = fields.Texts("tags") ?? [],
        Priority = fields.Whole("priority") ?? 0,
        Keep = fields.Flag("keep") ?? false,
        Batch = fields.Text("batch"),
    };
}

/// <summary>A line of a batch.</summary>
/// <param name="Prompt">What to show: 1 to 32,000 characters.</param>
/// <param name="IdempotencyKey">The same key with the same request returns the same render; 1 to 200 characters.</param>
internal sealed record NewRenderLine(string Prompt, string? IdempotencyKey = null) : NewRender(Prompt)
{
    /// <summary>The fields a line may have.</summary>
    public static new readonly string[] Fields = [.. NewRender.Fields, "idempotency_key"];

    public static new RenderOrder From(JsonFields fields) => new(NewRender.From(fields), fields.Text("idempotency_key"));
}

/// <summary>What rendering again takes.</summary>
/// <param name="Prompt">An edited prompt; left out for the same.</param>
internal sealed record AgainBody(string? Prompt = null);

/// <summary>What a remix takes.</summary>
/// <param name="Prompt">The change: 1 to 32,000 characters.</param>
/// <param name="Kind">Remix if left out; Edit and Extension for servers that have them.</param>
/// <param name="Seconds">Of an extension: what is added.</param>
internal sealed record RemixBody(string Prompt, RemixKind? Kind = null, int? Seconds = null)
{
    /// <summary>The fields it may have.</summary>
    public static readonly string[] Fields = ["prompt", "kind", "seconds"];

    public static RemixRequest From(JsonFields fields) => new(fields.Text("prompt") ?? "") { Kind = fields.Name<RemixKind>("kind") ?? RemixKind.Remix, Seconds = fields.Whole("seconds") };
}

/// <summary>What an adoption takes.</summary>
/// <param name="VideoId">The provider's id of the video.</param>
internal sealed record AdoptBody(string VideoId);

/// <summary>What keeping takes.</summary>
/// <param name="Keep">True if it is left out.</param>
internal sealed record KeepBody(bool? Keep);

/// <summary>What an action takes that needs nothing more.</summary>
internal sealed record EmptyBody;
