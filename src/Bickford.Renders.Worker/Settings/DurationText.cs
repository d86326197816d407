using System.Globalization;

namespace Bickford.Renders.Worker.Settings;

/// <summary>
/// Times as people write them in settings: a number with a unit (<c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>) or .NET's
/// <c>hh:mm:ss</c>. A bare number is refused: .NET would read it as days.
/// </summary>
internal static class DurationText
{
    /// <summary>The word for no time at all, where a setting has one.</summary>
    public const string Off = "off";

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        text = text.Trim();
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time);

        var digits = text.TrimEnd([.. "abcdefghijklmnopqrstuvwxyz"]);
        var unit = Array.Find(Units, one => one.Unit == text[digits.Length..]);
        if (unit.Unit is null
            || !double.TryParse(digits.TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || !(amount * unit.Seconds <= TimeSpan.MaxValue.TotalSeconds / 2)) // .NET reads NaN as a number, too
            return false;
        time = TimeSpan.FromSeconds(amount * unit.Seconds);
        return true;
    }

    public static bool IsOff(string text) => text.Trim().Equals(Off, StringComparison.OrdinalIgnoreCase);

    /// <summary>The shortest of the notations above, in the largest unit that needs no decimals.</summary>
    public static string Short(TimeSpan time)
    {
        var (unit, seconds) = Array.FindLast(Units, one => time.TotalSeconds >= one.Seconds && time.TotalMilliseconds % (one.Seconds * 1000) == 0);
        return unit is null
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds / seconds:0}{unit}");
    }
}
