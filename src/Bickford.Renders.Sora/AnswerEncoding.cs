using System.Net.Http.Headers;

namespace Bickford.Renders.Sora;

/// <summary>
/// How a body is packed. None is ever unpacked: a small one could unpack to something without end, and a file would have another length and hash than was announced.
/// </summary>
internal static class AnswerEncoding
{
    /// <summary>The encodings of a body, for a message; null where it is as it is.</summary>
    public static string? Of(HttpContentHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Content-Encoding", out var values))
            return null;
        var all = string.Join(", ", values);
        return all.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(static e => e.Equals("identity", StringComparison.OrdinalIgnoreCase))
            ? null
            : SafeText.Clean(all, 80);
    }
}
