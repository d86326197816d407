using System.Globalization;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Settings from outside the file: environment variables <c>Section__Key</c> and flags <c>--set Section:Key=VALUE</c>.</summary>
internal static class SettingsSources
{
    /// <summary>Variables whose first word is a section. An empty value counts as not set: that is what compose files make of an unset one.</summary>
    public static IReadOnlyList<RawSetting> FromVariables(IEnumerable<KeyValuePair<string, string>> variables) =>
    [
        .. JoinItems(variables
            .Where(variable => variable.Value.Length > 0)
            .Select(variable => (Variable: variable, Path: variable.Key.Split("__")))
            .Where(found => found.Path.Length > 1 && SettingCatalogue.Sections.Contains(found.Path[0]))
            .OrderBy(found => found.Variable.Key, StringComparer.Ordinal)
            .Select(found => new RawSetting(found.Path, [found.Variable.Value], RawShape.Value, $"environment variable {found.Variable.Key}"))),
    ];

    /// <exception cref="SettingsException">A flag has no <c>=</c>.</exception>
    public static IReadOnlyList<RawSetting> FromFlags(IEnumerable<string> flags) => [.. JoinItems(flags.Select(FromFlag))];

    private static RawSetting FromFlag(string flag)
    {
        var at = flag.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0)
            throw new SettingsException("--set", $"'{flag}' is not allowed; allowed: KEY=VALUE, such as --set Jobs:ApiWorkers=4");
        var name = flag[..at];
        return new RawSetting(name.Split(':'), [flag[(at + 1)..]], RawShape.Value, $"flag --set {name}");
    }

    // Section__List__0, Section__List__1 is .NET's way to write a list in the environment.
    private static IEnumerable<RawSetting> JoinItems(IEnumerable<RawSetting> settings)
    {
        var (items, plain) = (new List<(RawSetting Setting, int Index)>(), new List<RawSetting>());
        foreach (var setting in settings)
        {
            if (int.TryParse(setting.Path[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && SettingCatalogue.Find([.. setting.Path.SkipLast(1)]) is { Key.Rule.IsList: true })
                items.Add((setting, index));
            else
                plain.Add(setting);
        }

        var lists = items
            .GroupBy(item => string.Join(':', item.Setting.Path.SkipLast(1)), StringComparer.OrdinalIgnoreCase)
            .Select(list => list.OrderBy(item => item.Index).ToArray())
            .Select(list => new RawSetting(
                [.. list[0].Setting.Path.SkipLast(1)],
                [.. list.SelectMany(item => item.Setting.Values)],
                RawShape.List,
                list[0].Setting.Source));
        return plain.Concat(lists);
    }
}
