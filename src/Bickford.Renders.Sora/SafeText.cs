using System.Text;

namespace Bickford.Renders.Sora;

/// <summary>Makes a server's text fit for a message: short, on one line, without control characters and without our secrets.</summary>
internal sealed class SafeText
{
    /// <summary>The most of a provider's text that a message holds, in characters.</summary>
    public const int MaxLength = 500;

    private readonly string[] _secrets;

    public SafeText(VideosApiOptions options)
    {
        var values = new List<string>(options.Headers.Values);
        if (!string.IsNullOrEmpty(options.ApiKey))
            values.Add(options.ApiKey);
        // "Bearer abc" in a header: the part after the scheme is the secret as well.
        values.AddRange(options.Headers.Values.Select(static v => v[(v.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        // Very short values are flags such as "1" or "true"; replacing them would only garble messages. Longest first, so that no part remains.
        _secrets = [.. values.Where(static v => v.Length >= 6).Distinct(StringComparer.Ordinal).OrderByDescending(static v => v.Length)];
    }

    /// <summary>The text without secrets, cleaned.</summary>
    public string? Show(string? text, int maxLength = MaxLength)
    {
        if (text is null)
            return null;
        foreach (var secret in _secrets)
            text = text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        return Clean(text, maxLength);
    }

    /// <summary>One line of at most <paramref name="maxLength"/> characters; control characters and broken surrogates become spaces.</summary>
    public static string Clean(string text, int maxLength)
    {
        var clean = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > maxLength)
                return clean.Append('…').ToString();
            var blank = Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || rune == Rune.ReplacementChar || IsFormat(rune);
            if (!blank)
                clean.Append(rune);
            else if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }

        return clean.ToString().TrimEnd();
    }

    /// <summary>Invisible characters that turn or hide text on a terminal.</summary>
    private static bool IsFormat(Rune rune) => Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format;
}
