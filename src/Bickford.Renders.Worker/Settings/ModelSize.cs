using System.Globalization;

namespace Bickford.Renders.Worker.Settings;

/// <summary>A size as width x height in pixels.</summary>
internal static class ModelSize
{
    private const int Longest = 16_384;

    public static bool TryParse(string text, out int width, out int height)
    {
        width = height = 0;
        var parts = text.Split('x');
        return parts.Length == 2 && IsSide(parts[0], out width) && IsSide(parts[1], out height);
    }

    // Only digits: .NET takes NUL characters behind a number for nothing.
    private static bool IsSide(string text, out int pixels) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out pixels) && pixels is > 0 and <= Longest && text.All(char.IsAsciiDigit);
}
