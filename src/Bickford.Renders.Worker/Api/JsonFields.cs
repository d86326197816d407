using System.Globalization;
using System.Text.Json;

namespace Bickford.Renders.Worker.Api;

/// <summary>A JSON object as strictly as it can be read: every field is known, there once, and of its type.</summary>
internal sealed class JsonFields
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    private JsonFields()
    {
    }

    /// <summary>Reads an object.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="known">The fields it may have.</param>
    /// <exception cref="RenderRequestException">It is no such object.</exception>
    public static JsonFields Parse(ReadOnlyMemory<byte> utf8, IReadOnlyCollection<string> known)
    {
        var fields = new JsonFields();
        try
        {
            using var json = JsonDocument.Parse(utf8, s_options);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new RenderRequestException("body", json.RootElement.ValueKind.ToString(), "a JSON object");
            foreach (var field in json.RootElement.EnumerateObject())
            {
                if (!known.Contains(field.Name))
                    throw new RenderRequestException(field.Name, Shown(field.Value), known.Count == 0 ? "no field at all here" : $"only the fields {string.Join(", ", known)}");
                fields._fields.Add(field.Name, field.Value.Clone());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperation: half a surrogate pair in a name.
            throw new RenderRequestException("body", null, "a JSON object in UTF-8, with each field once", e.Message);
        }

        return fields;
    }

    public string? Text(string name) => Find(name) is not { } value ? null : value.ValueKind == JsonValueKind.String ? String(name, value) : throw Wrong(name, value, "a text");

    /// <summary>One of the names of an enumeration, in any case.</summary>
    public T? Name<T>(string name)
        where T : struct, Enum => Text(name) is not { } text ? null : ParseName<T>(name, text);

    /// <inheritdoc cref="Name{T}"/>
    public static T ParseName<T>(string name, string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse<T>(found)
            : throw new RenderRequestException(name, text, string.Join(", ", Enum.GetNames<T>()));

    public int? Whole(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw Wrong(name, value, "a whole number, without quotes");

    public long? Long(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : throw Wrong(name, value, "a whole number, without quotes");

    public bool? Flag(string name) => Find(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, value, "true or false"),
    };

    public IReadOnlyList<string>? Texts(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Wrong(name, value, "a list of texts");
        return [.. value.EnumerateArray().Select(item => String(name, item))];
    }

    private static string String(string name, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RenderRequestException(name, null, "well-formed Unicode text", "it holds half a surrogate pair");
        }
    }

    private static RenderRequestException Wrong(string name, JsonElement value, string allowed) => new(name, Shown(value), allowed);

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 80 } text ? string.Create(CultureInfo.InvariantCulture, $"{text[..77]}…") : value.GetRawText();

    private JsonElement? Find(string name) => _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
