namespace Bickford.Renders.Worker.Settings;

/// <summary>One thing that is wrong with the settings.</summary>
/// <param name="Field">The setting's name.</param>
/// <param name="Message">One line: field, value, what is allowed, where to fix it.</param>
internal sealed record SettingError(string Field, string Message)
{
    public static SettingError NotAllowed(SettingKey key, string name, string value, string source) =>
        new(name, $"{name}: {Shown(key, value)} is not allowed; allowed: {key.Rule.Allowed}; fix it in {source}");

    private static string Shown(SettingKey key, string value) => value switch
    {
        _ when key.Secret || SettingSecrets.MayHoldPassword(value) => "this value",
        { Length: > 80 } => $"'{value[..77]}…'",
        _ => $"'{value}'",
    };
}

/// <summary>The settings cannot be used. Nothing was started and nothing was written.</summary>
/// <param name="errors">Everything that is wrong.</param>
internal sealed class SettingsException(IReadOnlyList<SettingError> errors)
    : Exception(string.Join(Environment.NewLine, errors.Select(error => error.Message)))
{
    public SettingsException(string field, string message)
        : this([new SettingError(field, $"{field}: {message}")])
    {
    }

    public IReadOnlyList<SettingError> Errors { get; } = errors;
}
