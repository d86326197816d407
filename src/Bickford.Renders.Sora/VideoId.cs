using System.Globalization;
using System.Text;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>What may be a provider's id, and how it goes into a path.</summary>
internal static class VideoId
{
    /// <summary>The longest id, in characters; proxies such as LiteLLM encode routing data into theirs.</summary>
    public const int MaxLength = 512;

    /// <summary>Whether this can be an id: not empty, not a dot segment, no character that breaks, turns or hides text, not over-long.</summary>
    public static bool IsRight(string? id) =>
        !string.IsNullOrWhiteSpace(id) && id.Length <= MaxLength && id is not ("." or "..")
        && id.EnumerateRunes().All(static r => r != Rune.ReplacementChar && !IsInvisible(r));

    /// <summary>The id as one segment of a path.</summary>
    /// <exception cref="VideosApiException">It cannot be an id.</exception>
    public static string Segment(string id) => IsRight(id)
        ? Uri.EscapeDataString(id)
        : throw new VideosApiException(VideosFault.InvalidRequest,
            $"videoId: '{SafeText.Clean(id ?? "", 80)}' is not allowed; allowed: 1 to {MaxLength} characters without control and invisible characters, other than '.' and '..'");

    // Seen by a person, two ids that differ in these alone would be the same.
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
