using System.Buffers.Text;
using System.Text.Json;

namespace Bickford.Renders.Ledger;

/// <summary>
/// One walk along the bytes of a payload that says whether they are in canonical form and takes what verification wants of them. Most payloads are plain, and are recognised
/// here without building anything; of the rest, such as names beyond ASCII and odd numbers, it says nothing, and <see cref="CanonicalJson"/> decides.
/// </summary>
internal readonly record struct PayloadWalk(long? Version, bool NamesEvent)
{
    private const int MaxDepth = 64;
    private const int MaxDigits = 18;
    private const int MaxFractionDigits = 6;
    private const int MaxDoubleDigits = 15;
    private const int IdChars = 36;

    /// <summary>Walks along a payload.</summary>
    /// <param name="payload">UTF-8 without errors.</param>
    /// <param name="eventId">The event that it should name.</param>
    /// <returns>Null if it is not plainly a JSON object in canonical form.</returns>
    public static PayloadWalk? Along(ReadOnlySpan<byte> payload, Guid eventId)
    {
        try
        {
            return Walk(payload, eventId);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PayloadWalk? Walk(ReadOnlySpan<byte> payload, Guid eventId)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = MaxDepth });
        // Of each object that is open: the name before, as its place and length.
        Span<(int At, int Length)> names = stackalloc (int, int)[MaxDepth + 1];
        var (end, version, namesEvent) = (0, (long?)null, false);
        ReadOnlySpan<byte> field = default;
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            // Valid JSON has one separator there at most: more than that is white space.
            if (start - end > 1 || (start > end && payload[end] is not ((byte)',' or (byte)':')))
                return null;
            var value = reader.ValueSpan;
            end = start + value.Length;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    names[reader.CurrentDepth] = (0, -1);
                    break;
                case JsonTokenType.PropertyName:
                    end += 2;
                    var (at, length) = names[reader.CurrentDepth - 1];
                    if (value.ContainsAnyExceptInRange((byte)' ', (byte)'~') || reader.ValueIsEscaped || (length >= 0 && payload.Slice(at, length).SequenceCompareTo(value) >= 0))
                        return null;
                    names[reader.CurrentDepth - 1] = (start + 1, value.Length);
                    field = reader.CurrentDepth == 1 ? value : default;
                    continue;
                case JsonTokenType.String:
                    end += 2;
                    if (reader.ValueIsEscaped && !IsEscapedPlainly(value))
                        return null;
                    namesEvent |= field.SequenceEqual("event_id"u8) && IsId(value, eventId);
                    break;
                case JsonTokenType.Number:
                    if (!IsPlainNumber(value))
                        return null;
                    if (field.SequenceEqual("version"u8) && reader.TryGetInt64(out var whole))
                        version = whole;
                    break;
            }

            if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
                return null;
            field = default;
        }

        return end == payload.Length ? new PayloadWalk(version, namesEvent) : null;
    }

    // Whole numbers that fit 64 bits in any case, and fractions that a double keeps as they are written; no sign on zero, no zero at the end of a fraction.
    private static bool IsPlainNumber(ReadOnlySpan<byte> number)
    {
        var digits = number[0] == '-' ? number[1..] : number;
        if (digits.IndexOf((byte)'.') is var point and >= 0)
        {
            var fraction = digits[(point + 1)..];
            return fraction is [.., not (byte)'0'] && fraction.Length <= MaxFractionDigits && digits.Length <= MaxDoubleDigits && AreDigits(fraction);
        }

        return digits.Length <= MaxDigits && AreDigits(digits) && !number.SequenceEqual("-0"u8);
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    // Only what must be escaped is, and in its shortest form.
    private static bool IsEscapedPlainly(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'\\'); at >= 0; at = text.IndexOf((byte)'\\'))
        {
            if (text[at + 1] is not ((byte)'"' or (byte)'\\' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t'))
                return false;
            text = text[(at + 2)..];
        }

        return true;
    }

    private static bool IsId(ReadOnlySpan<byte> text, Guid id)
    {
        Span<byte> expected = stackalloc byte[IdChars];
        return Utf8Formatter.TryFormat(id, expected, out _) && text.SequenceEqual(expected);
    }
}
