using System.Text.Json;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Web;

/// <summary>A ledger event as the timeline of a page shows it.</summary>
internal static class EventText
{
    // What every event repeats, or what the page shows elsewhere.
    private static readonly string[] s_dull =
        ["event_id", "version", "prompt", "model", "size", "seconds", "tags", "input_reference", "remix_video_id", "again_of", "remix_of", "cost", "priority", "status", "step", "video_id", "storage_uri", "actor", "message"];

    public static string Name(LedgerEvent one) =>
        SafeText.Line(one.Type.StartsWith("render.", StringComparison.Ordinal) ? one.Type["render.".Length..] : one.Type).Replace('_', ' ');

    /// <summary>Who did it, where a person did.</summary>
    public static string? Actor(LedgerEvent one) => Field(one, "actor");

    /// <summary>What it says in words.</summary>
    public static string? Message(LedgerEvent one) => Field(one, "message");

    /// <summary>Its other facts.</summary>
    public static string Facts(LedgerEvent one)
    {
        using var payload = JsonDocument.Parse(one.Payload);
        return string.Join(" · ", payload.RootElement.EnumerateObject()
            .Where(static fact => !s_dull.Contains(fact.Name) && fact.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Array or JsonValueKind.Object) && fact.Value.ToString() is not "0")
            .Select(static fact => SafeText.Cut($"{fact.Name.Replace('_', ' ')} {fact.Value}", 120)));
    }

    private static string? Field(LedgerEvent one, string name)
    {
        using var payload = JsonDocument.Parse(one.Payload);
        return payload.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && SafeText.Line(value.GetString()) is { Length: > 0 } text ? text : null;
    }
}
