using System.Globalization;

namespace Bickford.Renders.Simulator;

/// <summary>Times as people type them: <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>; a bare number is seconds.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    public static TimeSpan? Parse(string text)
    {
        var (unit, seconds) = Units.FirstOrDefault(known => text.EndsWith(known.Unit, StringComparison.Ordinal), ("", 1));
        var number = text[..^unit.Length];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount * seconds is >= 0 and <= 1e9
            ? TimeSpan.FromTicks((long)Math.Round(amount * seconds * TimeSpan.TicksPerSecond))
            : null;
    }

    /// <summary>Two times as <c>2s..4s</c>, or one.</summary>
    public static TimeRange? ParseRange(string text)
    {
        var ends = text.Split("..");
        if (ends.Length > 2 || Parse(ends[0]) is not { } min || Parse(ends[^1]) is not { } max || max < min)
            return null;
        return new TimeRange(min, max);
    }

    public static string Format(TimeSpan time) =>
        time.TotalMilliseconds % 1000 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds}s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.####}ms");
}
