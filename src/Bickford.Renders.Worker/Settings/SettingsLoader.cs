using Bickford.Renders.Worker.Composition;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Finds the one settings file and reads everything that lies over it.</summary>
internal static class SettingsLoader
{
    public const string FileVariable = "RENDERS_SETTINGS";

    /// <summary>Names a folder with a file for each secret.</summary>
    public const string SecretsVariable = "RENDERS_SECRETS";

    private const string KeyVariable = "OPENAI_API_KEY";

    /// <param name="file">The file named by a flag, or null.</param>
    /// <param name="flags">Values of <c>--set</c>.</param>
    /// <param name="variables">The environment.</param>
    /// <exception cref="SettingsException">Something is wrong; it lists everything.</exception>
    public static WorkerSettings Load(string? file, IReadOnlyList<string> flags, IReadOnlyDictionary<string, string> variables)
    {
        var path = file ?? Variable(variables, FileVariable) ?? Path.Combine(AppContext.BaseDirectory, "appsettings.json");
        IReadOnlyList<RawSetting>[] ours =
        [
            SettingsFile.Read(path),
            Variable(variables, SecretsVariable) is { } folder ? SettingsSources.FromFolder(folder) : [],
            SettingsSources.FromVariables(variables),
            SettingsSources.FromFlags(flags),
        ];
        var settings = Bind(KeyOf(variables), [TelemetrySettingsBinder.FromVariables(variables, ours.SelectMany(source => source)), .. ours]);
        return settings with { Secrets = SettingSecrets.MaskOf(settings.All, variables), Telemetry = settings.Telemetry.With(variables) };
    }

    /// <summary>The defaults with these flags over them, and nothing of this machine.</summary>
    /// <exception cref="SettingsException">A flag is wrong.</exception>
    public static WorkerSettings FromFlags(IReadOnlyList<string> flags) => Bind([], SettingsSources.FromFlags(flags));

    // The last source wins. The provider's key of the official SDKs is the exception: it is taken only where nobody sets ours.
    private static WorkerSettings Bind(IReadOnlyList<RawSetting> fallbackKey, params IReadOnlyList<RawSetting>[] sources)
    {
        var (settings, errors) = SettingsReader.Merge(sources);
        var values = new SettingValues(settings);
        if (values.OptionalText("Sora:ApiKey") is null)
            values = new SettingValues(SettingsReader.Merge([.. sources, fallbackKey]).Settings);
        var all = errors.Concat(SettingsBinder.Contradictions(values, HangfireBuild.IsThere)).ToArray();
        return all.Length == 0 ? SettingsBinder.Bind(values) : throw new SettingsException(all);
    }

    private static IReadOnlyList<RawSetting> KeyOf(IReadOnlyDictionary<string, string> variables) => Variable(variables, KeyVariable) is { } key
        ? [new RawSetting(["Sora", "ApiKey"], [key], RawShape.Value, $"environment variable {KeyVariable}")]
        : [];

    private static string? Variable(IReadOnlyDictionary<string, string> variables, string name) =>
        variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
