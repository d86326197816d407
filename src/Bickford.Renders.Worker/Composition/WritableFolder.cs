using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Composition;

/// <summary>Finds out at the start, not in the middle of a paid render, that a folder cannot be written.</summary>
internal static class WritableFolder
{
    /// <exception cref="SettingsException">It cannot be made or written.</exception>
    public static void Ensure(string setting, string folder)
    {
        var probe = Path.Combine(folder, $".write-test-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(setting, $"'{folder}' cannot be written; allowed: a folder this user may write; set it in appsettings.json or as environment variable {setting.Replace(":", "__", StringComparison.Ordinal)} ({e.Message})");
        }
    }
}
