using System.Globalization;
using System.Text.Json;

namespace Bickford.Renders.Sora;

/// <summary>Reads fields that servers write as text, whole number, fraction or not at all. Nothing here throws on a wrong type.</summary>
internal static class LenientJson
{
    private const long MaxUnixSeconds = 253_402_300_799;

    // Who means "never" writes the end of the calendar, which cannot be counted on from.
    private static readonly DateTimeOffset Never = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether the element is an object that has this field with a value.</summary>
    public static bool TryField(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && Find(element, name, out value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
    }

    private static bool Find(JsonElement element, string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Some other name in the object is half a surrogate pair: none of the fields we look for, but nothing that the rest should suffer from.
        }

        value = default;
        foreach (var member in element.EnumerateObject())
        {
            if (Is(member, name))
                value = member.Value;
        }

        return value.ValueKind != JsonValueKind.Undefined;
    }

    private static bool Is(JsonProperty member, string name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The field as text; numbers and booleans as they are written.</summary>
    public static string? Text(JsonElement element, string name) => TryField(element, name, out var value) ? Text(value) : null;

    /// <summary>The value as text; null for objects, arrays and text that is not Unicode.</summary>
    public static string? Text(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                try
                {
                    return value.GetString();
                }
                catch (InvalidOperationException)
                {
                    return null; // half a surrogate pair, or bytes that are not UTF-8
                }

            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return value.GetRawText();
            default:
                return null;
        }
    }

    /// <summary>The field as a number, also from text such as <c>"42"</c> or <c>"42%"</c>.</summary>
    public static decimal? Number(JsonElement element, string name) =>
        Text(element, name) is { } text && decimal.TryParse(text.Trim().TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The field as yes or no, also from text and from 0 and 1; null where it says neither.</summary>
    public static bool? Flag(JsonElement element, string name) => Text(element, name)?.Trim().ToUpperInvariant() switch
    {
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => null,
    };

    /// <summary>The field as a time: Unix seconds, Unix milliseconds, or ISO 8601 text. Zero means none, and so does what is before 1970 or thousands of years ahead.</summary>
    public static DateTimeOffset? Time(JsonElement element, string name) =>
        AnyTime(element, name) is { } time && time >= DateTimeOffset.UnixEpoch && time < Never ? time : null;

    private static DateTimeOffset? AnyTime(JsonElement element, string name)
    {
        if (Number(element, name) is { } number)
        {
            var seconds = number > MaxUnixSeconds ? number / 1000 : number;
            return seconds > 0 && seconds <= MaxUnixSeconds ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(Text(element, name), CultureInfo.InvariantCulture, Utc, out var time) ? time : null;
    }
}
