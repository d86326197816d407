using System.Buffers;

namespace Bickford.Renders.Data;

/// <summary>The column <c>assets</c> as this program writes it, read without building anything. Of every other text it says nothing, and the JSON reader decides.</summary>
internal static class AssetsText
{
    // More fit 64 bits in no case.
    private const int MostDigits = 18;

    private static readonly SearchValues<char> EndsOrEscapes = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>Where the first video lies.</summary>
    /// <param name="json">The column.</param>
    /// <param name="uri">The address; null for none.</param>
    /// <returns>False: it is laid out in another way.</returns>
    public static bool TryVideoUri(ReadOnlySpan<char> json, out string? uri)
    {
        uri = null;
        if (json is "[]")
            return true;
        var rest = json;
        var isFound = false;
        if (!TrySkip(ref rest, "["))
            return false;
        while (TryAsset(ref rest, out var isVideo, out var address))
        {
            if (isVideo && !isFound)
                (uri, isFound) = (address is [] ? null : address[1..^1].ToString(), true);
            if (TrySkip(ref rest, "]"))
                return rest.IsEmpty;
            if (!TrySkip(ref rest, ","))
                return false;
        }

        return false;
    }

    // The address with its quotes; empty for null.
    private static bool TryAsset(ref ReadOnlySpan<char> rest, out bool isVideo, out ReadOnlySpan<char> address)
    {
        isVideo = false;
        address = default;
        if (!TrySkip(ref rest, "{\"kind\":") || !TryText(ref rest, out var kind) || kind is not ("\"Video\"" or "\"Thumbnail\"" or "\"Spritesheet\""))
            return false;
        isVideo = kind is "\"Video\"";
        return TrySkip(ref rest, ",\"bytes\":") && TryCount(ref rest)
            && TrySkip(ref rest, ",\"sha256\":") && TryText(ref rest, out _)
            && TrySkip(ref rest, ",\"contentType\":") && TryText(ref rest, out _)
            && TrySkip(ref rest, ",\"uri\":") && (TrySkip(ref rest, "null") || TryText(ref rest, out address))
            && TrySkip(ref rest, "}");
    }

    private static bool TryCount(ref ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        if (length is <= 0 or > MostDigits || (length > 1 && rest[0] == '0'))
            return false;
        rest = rest[length..];
        return true;
    }

    private static bool TryText(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> text)
    {
        text = default;
        if (rest is not ['"', ..] || rest[1..].IndexOfAny(EndsOrEscapes) is not (>= 0 and var length) || rest[1 + length] != '"')
            return false;
        text = rest[..(length + 2)];
        rest = rest[text.Length..];
        // Half a surrogate pair is no text for the JSON reader; whole ones are left to it, too.
        return !text.ContainsAnyInRange('\uD800', '\uDFFF');
    }

    private static bool TrySkip(ref ReadOnlySpan<char> rest, string word)
    {
        if (!rest.StartsWith(word, StringComparison.Ordinal))
            return false;
        rest = rest[word.Length..];
        return true;
    }
}
