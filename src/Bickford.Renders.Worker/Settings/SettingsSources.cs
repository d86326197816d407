using System.Globalization;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Settings from outside the file: a folder of secrets, environment variables <c>Section__Key</c>, and flags <c>--set Section:Key=VALUE</c>.</summary>
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

    /// <summary>
    /// A file a value, named <c>Section__Key</c>: how Docker and Kubernetes hand secrets over, which keeps them out of the environment. Other files
    /// there are somebody else's. An empty file counts as not set.
    /// </summary>
    /// <exception cref="SettingsException">The folder or a file in it cannot be read.</exception>
    public static IReadOnlyList<RawSetting> FromFolder(string folder)
    {
        try
        {
            return [.. JoinItems(Directory.EnumerateFiles(folder)
                .Select(file => (File: file, Path: Path.GetFileName(file).Split("__")))
                .Where(found => found.Path.Length > 1 && SettingCatalogue.Sections.Contains(found.Path[0]))
                .OrderBy(found => found.File, StringComparer.Ordinal)
                // Whoever writes a file by hand ends it with a new line.
                .Select(found => new RawSetting(found.Path, [File.ReadAllText(found.File).TrimEnd('\r', '\n')], RawShape.Value, $"file {found.File}"))
                .Where(setting => setting.Values[0].Length > 0))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException(SettingsLoader.SecretsVariable, $"'{folder}' cannot be read; allowed: a folder of readable files named Section__Key; correct the environment variable {SettingsLoader.SecretsVariable} ({e.Message})");
        }
    }

    /// <exception cref="SettingsException">A flag has no <c>=</c>.</exception>
    public static IReadOnlyList<RawSetting> FromFlags(IEnumerable<string> flags) => [.. JoinItems(flags.Select(FromFlag))];

    private static RawSetting FromFlag(string flag)
    {
        var at = flag.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0)
            throw new SettingsException("--set", $"{Shown(flag)} is not allowed; allowed: KEY=VALUE, such as --set Jobs:ApiWorkers=4");
        var name = flag[..at];
        return new RawSetting(name.Split(':'), [flag[(at + 1)..]], RawShape.Value, $"flag --set {name}");
    }

    // Somebody may have forgotten the '=' before a secret: only what is a setting's name is shown.
    private static string Shown(string flag) => SettingCatalogue.Find(flag.Split(':')) is not null ? $"'{flag}'" : "a text without '='";

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
