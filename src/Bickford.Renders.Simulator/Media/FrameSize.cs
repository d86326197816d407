using System.Globalization;

namespace Bickford.Renders.Simulator;

/// <summary>Width and height of a picture in pixels.</summary>
internal readonly record struct FrameSize(int Width, int Height)
{
    /// <summary>Reads WIDTHxHEIGHT; null for anything else.</summary>
    public static FrameSize? Parse(string text)
    {
        var parts = text.Split('x');
        return parts.Length == 2 && Pixels(parts[0]) is { } width && Pixels(parts[1]) is { } height ? new FrameSize(width, height) : null;
    }

    private static int? Pixels(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) && pixels is > 0 and <= 16384 ? pixels : null;
}
