namespace Bickford.Renders.Simulator;

/// <summary>A file part of a form.</summary>
internal sealed record UploadedFile(string FileName, byte[] Bytes);

/// <summary>
/// A request body as flat fields, however it was sent: a JSON object <c>{"video":{"id":"x"}}</c> and a form part named
/// <c>video[id]</c> are the same field.
/// </summary>
internal sealed class RequestBody(bool isJson)
{
    public bool IsJson => isJson;

    public Dictionary<string, string> Fields { get; } = [];

    /// <summary>JSON fields that were not strings, with the JSON type they had.</summary>
    public Dictionary<string, string> OtherTypes { get; } = [];

    public Dictionary<string, UploadedFile> Files { get; } = [];

    public IEnumerable<string> Names => Fields.Keys.Concat(Files.Keys);
}
