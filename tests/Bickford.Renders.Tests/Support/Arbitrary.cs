using System.Globalization;
using System.Text;

namespace Bickford.Renders.Tests.Support;

/// <summary>What comes from outside when nobody is careful, or somebody is on purpose: made from a random number generator, the same for the same seed.</summary>
internal static class Arbitrary
{
    private static readonly string[] OddPieces =
    [
        "", " ", "\0", "\n", "\r\n", "\t", "\u001b[31m", "\u0085", "\u009b2J", "\u2028", "\u2029", "\u202E", "\u200B", "\uFEFF", "\uFFFD", "\uFFFE", "\uFFFF",
        "\"", "'", "\\", "/", "..", "../", ".", ":", ";", "=", "&", "?", "#", "%", "%00", "%2e%2e", "@", "<script>", "[red]", "{0}", "--", "\r\n\r\n", "Content-Length: 0\r\n",
        "é", "日本語", "👩‍🚀", "\uD83C", "\uDFAC", "🎬", "İ", "ß", "true", "null", "NaN", "Infinity", "-0", "1e400", "0x10", "١", "½",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "0.5", "1e2", "100", "101", "2147483647", "2147483648", "-2147483649", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "79228162514264337593543950336", "1e19", "1E+30", "1e308", "1.7976931348623157e308", "1e400", "-1e400", "5e-324", "1e-400",
        "0.1000000000000000055511151231257827", "123456789012345678901234567890.123456789", "1772366400", "1772366400000", "253402300799", "253402300800", "-62135596800",
    ];

    private static readonly string[] Times =
    [
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "2026-03-01", "2026-03-01T12:00:00",
        "2026-02-30T00:00:00Z", "12:00", "Sun, 01 Mar 2026 12:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "now", "2026-W09",
    ];

    public static T Pick<T>(this Random random, params IReadOnlyList<T> of) => of[random.Next(of.Count)];

    public static bool Chance(this Random random, double of) => random.NextDouble() < of;

    /// <summary>Any UTF-16 text: plain, odd, half surrogate pairs, now and then long.</summary>
    public static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var pieces = random.Next(random.Next(1, 8)); pieces > 0; pieces--)
        {
            switch (random.Next(5))
            {
                case 0:
                    text.Append((char)random.Next(0x10000));
                    break;
                case 1:
                    text.Append(random.Pick(OddPieces));
                    break;
                case 2 when random.Chance(0.05):
                    text.Append('x', random.Next(40_000));
                    break;
                default:
                    for (var letters = random.Next(1, 12); letters > 0; letters--)
                        text.Append((char)random.Next(' ', '\x7f'));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Any text without half a surrogate pair.</summary>
    public static string Unicode(Random random) => new([.. Text(random).EnumerateRunes().SelectMany(rune => rune.ToString())]);

    /// <summary>A number as JSON has it, often beyond what types hold.</summary>
    public static string Number(Random random) => random.Next(4) switch
    {
        0 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        1 => random.Next(-5, 200).ToString(CultureInfo.InvariantCulture),
        2 when BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var number && double.IsFinite(number) =>
            number.ToString("R", CultureInfo.InvariantCulture),
        _ => random.Pick(Numbers),
    };

    /// <summary>What somebody may write where a number or a time is expected.</summary>
    public static string Amount(Random random) => random.Next(6) switch
    {
        0 => Number(random),
        1 => random.Pick(Times),
        2 => random.Pick("NaN", "-NaN", "Infinity", "-Infinity", "∞", "+5", " 5 ", "5,5", "1_000", "0x1F", "1e", "--1", "99999999999999999999999999", "NaNs", "∞s", "1e9h", "5m", "00:00:05", "-1:00"),
        3 => Number(random) + random.Pick("ms", "s", "m", "h", "d", "%", "x", " s"),
        _ => Text(random),
    };

    /// <summary>
    /// JSON, mostly: every kind of value, members of these names among others, members twice, half surrogate pairs, numbers beyond every type, deep nesting.
    /// </summary>
    public static string Json(Random random, int depth = 4, params IReadOnlyList<string> names)
    {
        if (random.Chance(0.005))
            return Nested(random);
        switch (random.Next(depth <= 0 ? 6 : 9))
        {
            case 0:
                return random.Pick("null", "true", "false", "\"\"", "{}", "[]");
            case 1:
                return Number(random);
            case 2:
                return JsonText(random, random.Pick(Times));
            case 3:
                return JsonText(random, Amount(random));
            case 4 or 5:
                return JsonText(random, Text(random));
            case 6:
                return $"[{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Json(random, depth - 1, names)))}]";
            default:
                return $"{{{string.Join(',', Enumerable.Range(0, random.Next(names.Count > 0 ? 12 : 5)).Select(_ => $"{Name()}:{Json(random, depth - 1, names)}"))}}}";
        }

        string Name() => JsonText(random, names.Count > 0 && random.Chance(0.85) ? random.Pick(names) : Text(random));
    }

    /// <summary>The text as JSON has it; escapes by chance.</summary>
    public static string JsonText(Random random, string text) => $"\"{string.Concat(text.Select(c => c switch
    {
        '"' or '\\' => $"\\{c}",
        < ' ' => Code(c),
        >= '\uD800' and <= '\uDFFF' => Code(c),
        _ when random.Chance(0.05) => Code(c),
        _ => c.ToString(),
    }))}\"";

    /// <summary>The bytes of a text, now and then damaged: cut, not UTF-8, with a byte order mark, or something else altogether.</summary>
    public static byte[] Body(Random random, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(8) switch
        {
            0 => bytes[..random.Next(bytes.Length + 1)],
            1 when bytes.Length > 0 => Media.Mutation.Of(bytes, random),
            2 when random.Chance(0.5) => [0xEF, 0xBB, 0xBF, .. bytes],
            3 when random.Chance(0.3) => Bytes(random, 200),
            _ => bytes,
        };
    }

    public static byte[] Bytes(Random random, int longest)
    {
        var bytes = new byte[random.Next(longest + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>The text with some of its characters taken out, doubled, moved or replaced by odd ones.</summary>
    public static string Mutated(Random random, string text)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var to = Math.Min(text.Length, at + random.Next(4));
            text = random.Next(4) switch
            {
                0 => text[..at] + text[to..],
                1 => text[..to] + text[at..],
                2 => text[..at] + random.Pick(OddPieces) + text[to..],
                _ => text[..at] + (char)random.Next(' ', '\x7f') + text[to..],
            };
        }

        return text;
    }

    private static string Nested(Random random)
    {
        var levels = random.Pick(60, 63, 64, 65, 2_000);
        var (open, close) = random.Pick(("[", "]"), ("{\"a\":", "}"), ("{\"error\":[", "]}"));
        return string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels));
    }

    private static string Code(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
