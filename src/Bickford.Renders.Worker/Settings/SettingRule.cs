using System.Globalization;

namespace Bickford.Renders.Worker.Settings;

/// <summary>What a setting may hold.</summary>
/// <param name="Allowed">In words, for the error line.</param>
/// <param name="Accepts">True for a value that is allowed.</param>
internal sealed record SettingRule(string Allowed, Func<string, bool> Accepts)
{
    /// <summary>Holds several values: a JSON array, or one text with commas between.</summary>
    public bool IsList { get; init; }

    /// <summary>Set for a key that this version refuses: why.</summary>
    public string? Later { get; init; }

    public static SettingRule Text(string allowed) => new(allowed, value => value.Trim().Length > 0);

    public static SettingRule OptionalText(string allowed) => new(allowed, _ => true);

    public static SettingRule OneOf(params string[] choices) =>
        new(string.Join(", ", choices), value => choices.Contains(value, StringComparer.OrdinalIgnoreCase));

    public static SettingRule Flag() => OneOf("true", "false");

    public static SettingRule Whole(long min, long max = long.MaxValue) => new(
        max == long.MaxValue ? Invariant($"a whole number, {min} or more") : Invariant($"a whole number from {min} to {max}"),
        value => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max);

    public static SettingRule Number(decimal min, decimal max) => new(
        Invariant($"a number from {min} to {max}, with a point for decimals"),
        value => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max);

    public static SettingRule Duration(TimeSpan min, TimeSpan max) => new(
        $"a time from {DurationText.Short(min)} to {DurationText.Short(max)}, such as 30s, 5m, 2h or 00:00:30",
        value => DurationText.TryParse(value, out var time) && time >= min && time <= max);

    /// <summary>A time, or the word <c>off</c>.</summary>
    public static SettingRule DurationOrOff(TimeSpan min, TimeSpan max) => new(
        $"{DurationText.Off}, or a time from {DurationText.Short(min)} to {DurationText.Short(max)}, such as 12h or 30d",
        value => DurationText.IsOff(value) || (DurationText.TryParse(value, out var time) && time >= min && time <= max));

    public static SettingRule OptionalHttpUrl(string allowed) => new(allowed, value => value.Length == 0 || IsHttpUrl(value));

    public SettingRule AsList() => this with { IsList = true };

    public static SettingRule NotYet(string why) => new(why, _ => false) { Later = why };

    private static bool IsHttpUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url is { Query: "", Fragment: "", UserInfo: "" }
        && url.Host.Length > 0;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
