using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace Bickford.Renders.Tests.Support;

/// <summary>
/// Looks for secrets in what a run left behind: each as it is, URL-encoded, JSON- or HTML-escaped, in hex, UTF-16 and base64 (at any place of a longer base64
/// text, as in Basic authentication). The first <see cref="Prefix"/> characters count as the secret.
/// </summary>
internal sealed class SecretSearch
{
    public const int Prefix = 8;

    private readonly List<(string Secret, string Form, string Text)> _needles = [];

    public SecretSearch(params IReadOnlyList<(string Name, string Value)> secrets)
    {
        foreach (var (name, value) in secrets)
        {
            if (value.Length < Prefix)
                throw new ArgumentException($"{name} is too short to be searched for");
            _needles.AddRange(Forms(value[..Prefix]).Select(form => (name, form.Name, form.Text)));
        }
    }

    /// <summary>One line for each form of each secret that is in there; it names place, secret and form.</summary>
    public IEnumerable<string> In(string place, string text) =>
        from needle in _needles
        where text.Contains(needle.Text, StringComparison.OrdinalIgnoreCase)
        select $"{place}: {needle.Secret}, {needle.Form}";

    /// <inheritdoc cref="In(string, string)"/>
    public IEnumerable<string> In(string place, byte[] bytes) => In(place, Encoding.Latin1.GetString(bytes));

    private static IEnumerable<(string Name, string Text)> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return ("as it is", secret);
        yield return ("URL-encoded", Uri.EscapeDataString(secret));
        yield return ("form-encoded", WebUtility.UrlEncode(secret));
        yield return ("JSON-escaped", JavaScriptEncoder.Default.Encode(secret));
        yield return ("JSON-escaped a little", JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret));
        yield return ("HTML-escaped", WebUtility.HtmlEncode(secret));
        yield return ("hex", Convert.ToHexString(bytes));
        yield return ("UTF-16", Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(secret)));
        for (var before = 0; before < 3; before++)
        {
            // Whole groups only, and of those the ones that the characters before have no part in.
            byte[] shifted = [.. new byte[before], .. bytes];
            var base64 = Convert.ToBase64String(shifted, 0, shifted.Length / 3 * 3)[(before == 0 ? 0 : 4)..];
            yield return ($"base64 after {before}", base64);
            yield return ($"base64 for URLs after {before}", base64.Replace('+', '-').Replace('/', '_'));
        }
    }
}
