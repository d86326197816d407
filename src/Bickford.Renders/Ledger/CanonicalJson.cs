using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Ledger;

/// <summary>
/// One text for one JSON value, after RFC 8785: members sorted by UTF-16 code units, no white space, only the escapes that are
/// needed, numbers in the shortest form that reads back as the same. Whole numbers that fit 64 bits, with or without a sign, keep every digit, where RFC 8785 would
/// round them to a double.
/// </summary>
public static class CanonicalJson
{
    // The canonical form of a payload is hashed: a value that two readers could understand in two ways has none.
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
    };

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>The canonical text of a node. Half surrogate pairs become U+FFFD.</summary>
    /// <exception cref="JsonException">It holds a number that JSON has not (NaN, infinity), a member twice, or is nested deeper than 64 levels.</exception>
    public static string Of(JsonNode? node)
    {
        if (node is null)
            return "null";
        try
        {
            return Of(node.ToJsonString());
        }
        catch (ArgumentException e)
        {
            throw new JsonException("the value holds a number that JSON does not have (NaN or infinity)", e);
        }
        catch (InvalidOperationException e)
        {
            // A node that was parsed and not yet read keeps the text it was parsed from.
            throw new JsonException("a text holds half a surrogate pair", e);
        }
    }

    /// <summary>The canonical text of a JSON text.</summary>
    /// <exception cref="JsonException">It is not JSON, holds a member twice, a number beyond a double, half a surrogate pair, or is nested deeper than 64 levels.</exception>
    public static string Of(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var text = new StringBuilder(json.Length);
            Write(text, document.RootElement);
            return text.ToString();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // How System.Text.Json reports a text that UTF-16 cannot hold.
            throw new JsonException("a text holds half a surrogate pair", e);
        }
    }

    private static void Write(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var separator = '{';
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    text.Append(separator);
                    Write(text, member.Name);
                    text.Append(':');
                    Write(text, member.Value);
                    separator = ',';
                }

                text.Append(separator == '{' ? "{}" : "}");
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var first = true;
                foreach (var item in element.EnumerateArray())
                {
                    if (!first)
                        text.Append(',');
                    Write(text, item);
                    first = false;
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                Write(text, element.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(element.GetRawText()));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        var rest = value.AsSpan();
        for (var at = rest.IndexOfAny(Escaped); at >= 0; at = rest.IndexOfAny(Escaped))
        {
            text.Append(rest[..at]).Append(Escape(rest[at]));
            rest = rest[(at + 1)..];
        }

        text.Append(rest).Append('"');
    }

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    private static string Number(string literal)
    {
        if (long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole.ToString(CultureInfo.InvariantCulture);
        if (ulong.TryParse(literal, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
            return unsigned.ToString(CultureInfo.InvariantCulture);

        var number = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number))
            throw new JsonException($"the number {literal} is beyond a double");
        if (number == 0)
            return "0";

        // .NET gives the shortest digits that read back as the same; how they are laid out is ECMAScript's Number::toString.
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var units = shortest[0].Split('.')[0];
        var digits = shortest[0].Replace(".", "", StringComparison.Ordinal);
        var leadingZeros = digits.Length - digits.TrimStart('0').Length;
        var exponent = shortest.Length == 1 ? 0 : int.Parse(shortest[1], CultureInfo.InvariantCulture);
        return (number < 0 ? "-" : "") + Layout(digits.Trim('0'), units.Length - leadingZeros + exponent);
    }

    // The value is 0.digits times ten to the power of point.
    private static string Layout(string digits, int point) => point switch
    {
        > 21 or <= -6 => string.Create(
            CultureInfo.InvariantCulture,
            $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}"),
        <= 0 => $"0.{new string('0', -point)}{digits}",
        _ when point >= digits.Length => digits + new string('0', point - digits.Length),
        _ => $"{digits[..point]}.{digits[point..]}",
    };
}
