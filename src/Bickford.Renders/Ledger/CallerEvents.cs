using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bickford.Renders.Ledger;

/// <summary>What callers may write with <see cref="ILedger.RecordAsync"/>: the same for every ledger.</summary>
public static partial class CallerEvents
{
    private const int MaxPayloadBytes = 256 * 1024;

    /// <summary>Checks names and payload, and makes the entry.</summary>
    /// <exception cref="RenderRequestException">A name or the payload is not allowed.</exception>
    public static LedgerEntry Check(string stream, string type, JsonObject payload, Guid? eventId, DateTimeOffset now)
    {
        if (stream is null || !StreamName().IsMatch(stream))
            throw new RenderRequestException("stream", stream, "1 to 200 characters of a-z A-Z 0-9 . _ - /");
        if (stream == "renders" || stream.StartsWith("renders/", StringComparison.Ordinal))
            throw new RenderRequestException("stream", stream, "a name of your own; renders/… is kept for the renders' own events");
        if (type is null || !TypeName().IsMatch(type))
            throw new RenderRequestException("type", type, "dotted lower-case words such as invoice.paid, at most 100 characters");
        if (type == "render" || type.StartsWith("render.", StringComparison.Ordinal))
            throw new RenderRequestException("type", type, "a type of your own; render.… is kept for the renders' own events");
        if (eventId == Guid.Empty)
            throw new RenderRequestException("event_id", "00000000-0000-0000-0000-000000000000", "a UUID that is not all zeros, or none");
        if (payload is null)
            throw new RenderRequestException("payload", null, "a JSON object");

        return new LedgerEntry(eventId ?? Guid.CreateVersion7(now), type, now, Canonical(payload));
    }

    private static JsonObject Canonical(JsonObject payload)
    {
        string text;
        try
        {
            text = CanonicalJson.Of(payload);
        }
        catch (JsonException e)
        {
            throw new RenderRequestException("payload", "the JSON object", "plain JSON: each member once, finite numbers, at most 64 levels", e.Message);
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > MaxPayloadBytes)
            throw new RenderRequestException("payload", $"{bytes:N0} bytes", $"at most {MaxPayloadBytes:N0} bytes (256 KiB) as canonical JSON");

        return JsonNode.Parse(text)!.AsObject();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]{1,200}\z")]
    private static partial Regex StreamName();

    [GeneratedRegex(@"\A(?=.{1,100}\z)[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*\z")]
    private static partial Regex TypeName();
}
