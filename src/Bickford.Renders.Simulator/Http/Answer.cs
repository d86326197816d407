using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Simulator;

/// <summary>An answer before it is sent, so that faults can spoil it on the way.</summary>
internal sealed record Answer(int Status, string ContentType, MediaBody Body)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>First byte of the body to send.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes to send.</summary>
    public long Count { get; init; } = Body.Length;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static Answer OfJson(int status, JsonNode json) =>
        new(status, "application/json", new BytesBody(JsonSerializer.SerializeToUtf8Bytes(json, Json)));
}
