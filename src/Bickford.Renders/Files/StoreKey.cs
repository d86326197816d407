using System.Globalization;
using System.Text;

namespace Bickford.Renders.Files;

/// <summary>
/// The rules for keys in a video store: what is a file name on every common file system and an object name in every S3 server.
/// A key that passes can be joined to a folder without leaving it.
/// </summary>
public static class StoreKey
{
    /// <summary>The longest segment, in bytes of UTF-8: file systems end at 255, and some need room for a suffix.</summary>
    public const int MaxSegmentBytes = 240;

    /// <summary>The longest key, in bytes of UTF-8: the limit of S3.</summary>
    public const int MaxBytes = 1024;

    private const string Reserved = "\\:*?\"<>|";
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Returns the key if it can be used.</summary>
    /// <exception cref="ArgumentException">It cannot; the message says why.</exception>
    public static string Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ProblemOf(key) is { } problem
            ? throw new ArgumentException($"key: '{Shown(key)}' {problem}; allowed: names joined by '/', such as '2026/01/id/video.mp4'", nameof(key))
            : key;
    }

    /// <summary>What is wrong with a key, as the end of a sentence that begins with the key; null when it can be used.</summary>
    public static string? ProblemOf(string key)
    {
        if (key.Length == 0)
            return "is empty";
        if (key.Length > MaxBytes)
            return $"has more than {MaxBytes} bytes";
        foreach (var c in key)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFFFE' or '\uFFFF')
                return string.Create(CultureInfo.InvariantCulture, $"has the control character U+{(int)c:X4}");
            if (Reserved.Contains(c, StringComparison.Ordinal))
                return $"has the reserved character {c}";
        }
        try
        {
            if (s_strict.GetByteCount(key) > MaxBytes)
                return $"has more than {MaxBytes} bytes";
        }
        catch (EncoderFallbackException)
        {
            return "is not valid Unicode";
        }
        return key.Split('/').Select(ProblemOfSegment).FirstOrDefault(problem => problem is not null);
    }

    private static string? ProblemOfSegment(string segment) => segment switch
    {
        "" => "has an empty segment, or begins or ends with '/'",
        ['.', ..] => "has a segment that begins with a dot",
        [' ', ..] or [.., ' '] or [.., '.'] => "has a segment that begins with a space, or ends with a space or a dot",
        _ when s_strict.GetByteCount(segment) > MaxSegmentBytes => $"has a segment of more than {MaxSegmentBytes} bytes",
        _ when IsDevice(segment) => "has a segment that names a device on Windows",
        _ => null,
    };

    // Windows takes CON, NUL, COM1 … for devices in every folder and with every extension.
    private static bool IsDevice(string segment)
    {
        var dot = segment.IndexOf('.', StringComparison.Ordinal);
        var stem = (dot < 0 ? segment : segment[..dot]).TrimEnd().ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal))
                && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³'));
    }

    // A hostile key must not reach a log or a terminal as it is.
    private static string Shown(string key)
    {
        var shown = string.Concat(key.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '\uFFFD' : c));
        return key.Length > 80 ? shown + "…" : shown;
    }
}
