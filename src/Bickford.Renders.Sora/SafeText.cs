using System.Text;

namespace Bickford.Renders.Sora;

/// <summary>Makes a server's text fit for a message: short, on one line, without control characters and without our secrets.</summary>
internal sealed class SafeText
{
    /// <summary>The most of a provider's text that a message holds, in characters.</summary>
    public const int MaxLength = 500;

    private readonly string[] _values;
    private readonly SecretMask _secrets;

    public SafeText(VideosApiOptions options)
    {
        var values = new List<string>(options.Headers.Values);
        if (!string.IsNullOrEmpty(options.ApiKey))
            values.Add(options.ApiKey);
        // "Bearer abc" in a header: the part after the scheme is the secret as well.
        values.AddRange(options.Headers.Values.Select(static v => v[(v.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        (_values, _secrets) = ([.. values], new SecretMask(values));
    }

    private SafeText(string[] values) => (_values, _secrets) = (values, new SecretMask(values));

    /// <summary>The same for what was said at an address that may be signed: the values in its query are secrets as well.</summary>
    public SafeText At(Uri? url) => url is not { IsAbsoluteUri: true, Query.Length: > 1 } || Signed(url) is not { Length: > 0 } signed ? this : new SafeText([.. _values, .. signed]);

    /// <summary>The text without our secrets and without those in the addresses that it names, cleaned.</summary>
    public string? Show(string? text, int maxLength = MaxLength) =>
        text is null ? null : Clean(_secrets.Apply(SecretMask.WithoutTokens(text)), maxLength);

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

    // Which file is asked for is our own word and no secret.
    private static string[] Signed(Uri url) =>
    [
        .. url.Query[1..].Split('&').Where(static part => !part.StartsWith("variant=", StringComparison.Ordinal))
            .Select(static part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]).SelectMany(static value => new[] { value, Uri.UnescapeDataString(value) }),
    ];

    /// <summary>Invisible characters that turn or hide text on a terminal.</summary>
    private static bool IsFormat(Rune rune) => Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format;
}
