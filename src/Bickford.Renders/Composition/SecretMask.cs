using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Bickford.Renders;

/// <summary>
/// Takes known secrets out of a text, however somebody wrote them there: as they are, URL-encoded, JSON-escaped, in base64 (also inside of a longer
/// base64 text, as Basic authentication makes it), or cut off after their first characters.
/// </summary>
public sealed partial class SecretMask
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "***";

    /// <summary>The shortest beginning of a secret that is taken for it.</summary>
    public const int Prefix = 8;

    // Very short values are flags such as "1" or "true"; replacing them would only garble messages.
    private const int Shortest = 6;

    private readonly string[] _forms;
    private readonly SearchValues<string> _beginnings;

    /// <summary>Learns the secrets.</summary>
    /// <param name="secrets">Their values; what is null or too short to be one is left out.</param>
    public SecretMask(IEnumerable<string?> secrets)
    {
        var forms = secrets.OfType<string>().Where(value => value.Length >= Shortest).SelectMany(Forms).Where(form => form.Length >= Shortest);
        _forms = [.. forms.Distinct(StringComparer.OrdinalIgnoreCase)];
        _beginnings = SearchValues.Create([.. _forms.Select(Beginning).Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The text without secrets.</summary>
    public string Apply(string text)
    {
        if (_forms.Length == 0 || !text.AsSpan().ContainsAny(_beginnings))
            return text;
        var masked = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(_beginnings) is var at and >= 0)
        {
            masked.Append(rest[..at]).Append(Mask);
            rest = rest[(at + Longest(rest[at..]))..];
        }

        return masked.Append(rest).ToString();
    }

    /// <summary>The text with the addresses in it cut before their query, and without user info: that is where signed addresses and logins have their secrets.</summary>
    public static string WithoutTokens(string text) => text.Contains("://", StringComparison.Ordinal)
        ? Query().Replace(UserInfo().Replace(text, $"://{Mask}@"), $"$1?{Mask}")
        : text;

    /// <summary>How much of the text from here on is a secret, or its beginning.</summary>
    private int Longest(ReadOnlySpan<char> text)
    {
        var longest = 0;
        foreach (var form in _forms)
        {
            var same = 0;
            while (same < form.Length && same < text.Length && char.ToUpperInvariant(form[same]) == char.ToUpperInvariant(text[same]))
                same++;
            if (same >= Beginning(form).Length)
                longest = Math.Max(longest, same);
        }

        return Math.Max(longest, 1);
    }

    // An address as a value ("https://…") begins like every other address.
    private static string Beginning(string form) => form.Length > Prefix && !form.Contains("://", StringComparison.Ordinal) ? form[..Prefix] : form;

    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return JavaScriptEncoder.Default.Encode(secret);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        // Inside of a longer text a secret can begin at each of three places of a base64 group; what its neighbours have a part in is cut off.
        for (var before = 0; before < 3; before++)
        {
            byte[] bytes = [.. new byte[before], .. Encoding.UTF8.GetBytes(secret)];
            var whole = Convert.ToBase64String(bytes, 0, bytes.Length / 3 * 3);
            var own = whole[(before == 0 ? 0 : 4)..];
            yield return own;
            yield return own.Replace('+', '-').Replace('/', '_');
        }
    }

    [GeneratedRegex(@"(://[^\s?#""'<>]+)\?[^\s""'<>]*", RegexOptions.CultureInvariant)]
    private static partial Regex Query();

    [GeneratedRegex(@"://[^\s/?#""'<>@]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
