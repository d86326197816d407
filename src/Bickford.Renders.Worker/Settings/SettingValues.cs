using System.Globalization;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Typed looks at checked settings. Every value has passed its rule, so reading cannot fail.</summary>
internal sealed class SettingValues(IReadOnlyDictionary<string, EffectiveSetting> settings)
{
    public const string DefaultSource = "default";

    public EffectiveSetting? Find(string name)
    {
        if (settings.TryGetValue(name, out var set))
            return set;
        var key = SettingCatalogue.Keys.First(one => one.Name == name);
        var held = key.DefaultWithHangfire is { } other && UsesHangfire ? other : key.Default;
        return held is null ? null : new EffectiveSetting(key, name, [held], DefaultSource);
    }

    /// <summary>The engine is Hangfire, for which some defaults are others.</summary>
    public bool UsesHangfire => Is("Jobs:Engine", "Hangfire");

    public string? OptionalText(string name) => Find(name)?.Values[0].Trim() is { Length: > 0 } text ? text : null;

    /// <summary>All that a list holds; empty where nobody set it.</summary>
    public IReadOnlyList<string> List(string name) => Find(name) is not { } setting ? []
        : [.. (setting.Source == DefaultSource ? setting.Values[0].Split(',') : setting.Values).Select(value => value.Trim()).Where(value => value.Length > 0)];

    public string Text(string name) => OptionalText(name) ?? throw new InvalidOperationException($"{name} has no default.");

    public bool Is(string name, string choice) => Text(name).Equals(choice, StringComparison.OrdinalIgnoreCase);

    public int Whole(string name) => (int)Long(name);

    public long Long(string name) => long.Parse(Text(name), CultureInfo.InvariantCulture);

    public double Number(string name) => double.Parse(Text(name), CultureInfo.InvariantCulture);

    public TimeSpan Time(string name) => DurationText.TryParse(Text(name), out var time) ? time : throw new InvalidOperationException($"{name} is no time.");

    /// <summary>Null where it says off, or nobody set it.</summary>
    public TimeSpan? OptionalTime(string name) => OptionalText(name) is { } text && !DurationText.IsOff(text) ? Time(name) : null;

    public string FullPath(string name) => Path.GetFullPath(Text(name));

    /// <summary>The names that the user chose under a section, with what each holds.</summary>
    public IReadOnlyDictionary<string, string> Children(string section) => settings.Values
        .Where(setting => setting.Key.Name == $"{section}:*")
        .ToDictionary(setting => setting.Name[(section.Length + 1)..], setting => setting.Values[0], StringComparer.OrdinalIgnoreCase);

    public IEnumerable<EffectiveSetting> Under(string section) => settings.Values
        .Where(setting => setting.Name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>All that holds, in the catalogue's order.</summary>
    public IReadOnlyList<EffectiveSetting> All() => [.. SettingCatalogue.Keys.Where(key => key.Help.Length > 0).SelectMany(Holding)];

    private IEnumerable<EffectiveSetting> Holding(SettingKey key)
    {
        if (key.Path.Contains("*"))
            return settings.Values.Where(setting => setting.Key == key && setting.Values.Count > 0).OrderBy(setting => setting.Name, StringComparer.Ordinal);
        return Find(key.Name) is { } setting ? [setting] : [];
    }
}
