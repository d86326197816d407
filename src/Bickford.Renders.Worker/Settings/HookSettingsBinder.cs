using System.Globalization;
using Bickford.Renders.Webhooks;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Section <c>Hooks</c>: a section of the user's naming for each.</summary>
internal static class HookSettingsBinder
{
    private static readonly Uri s_none = new("about:blank");

    public static IReadOnlyList<Hook> Bind(SettingValues values) =>
    [
        .. values.Under("Hooks").GroupBy(setting => setting.Path[1], StringComparer.OrdinalIgnoreCase)
            // With an empty address a hook is off.
            .Where(hook => !hook.Any(setting => setting.Key.Name == "Hooks:*:Url" && setting.Values is [""]))
            .Select(hook => Bind(hook.Key, hook.ToDictionary(setting => setting.Key.Path[^1], setting => setting.Values)))
            .OrderBy(hook => hook.Name, StringComparer.Ordinal),
    ];

    /// <summary>What is wrong with a hook although every single value is allowed.</summary>
    public static IEnumerable<SettingError> Problems(SettingValues values)
    {
        foreach (var hook in Bind(values))
        {
            if (hook.Problem() is not var (word, value, allowed))
                continue;
            var field = word.Length == 0 ? $"Hooks:{hook.Name}" : $"Hooks:{hook.Name}:{word}";
            var setting = values.Under("Hooks").FirstOrDefault(one => one.Name.StartsWith(field, StringComparison.OrdinalIgnoreCase) && one.Values is [{ Length: > 0 }, ..]);
            var held = setting is null ? "(none)" : value is null ? "this value" : $"'{value}'";
            yield return new SettingError(field, $"{field}: {held} is not allowed; allowed: {allowed}; {(setting is null ? "it is set nowhere" : $"it is set in {setting.Source}")}");
        }
    }

    private static Hook Bind(string name, Dictionary<string, IReadOnlyList<string>> held)
    {
        // What is not set is as the record has it.
        var hook = new Hook
        {
            // Variables of the environment come in capitals.
            Name = name.ToLowerInvariant(),
            Url = Uri.TryCreate(Text("Url"), UriKind.Absolute, out var url) ? url : s_none,
            Secrets = held.GetValueOrDefault("Secret") ?? [],
            AllowPrivateHosts = Text("AllowPrivateHosts") is { } flag && bool.Parse(flag),
        };
        return hook with
        {
            Types = held.GetValueOrDefault("Types") ?? hook.Types,
            MaxAttempts = Text("MaxAttempts") is { } most ? int.Parse(most, CultureInfo.InvariantCulture) : hook.MaxAttempts,
            Timeout = Time("Timeout") ?? hook.Timeout,
            RetryFirst = Time("RetryFirst") ?? hook.RetryFirst,
            RetryMax = Time("RetryMax") ?? hook.RetryMax,
        };

        string? Text(string key) => held.GetValueOrDefault(key) is [{ Length: > 0 } text] ? text.Trim() : null;

        TimeSpan? Time(string key) => Text(key) is { } text && DurationText.TryParse(text, out var time) ? time : null;
    }
}
