using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Settings from a file of their own, variables and flags, as the program loads them.</summary>
internal static class SettingsWorld
{
    public static WorkerSettings Load(string json = "{}", Dictionary<string, string>? variables = null, string[]? flags = null)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            return SettingsLoader.Load(file, flags ?? [], variables ?? []);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static IReadOnlyList<SettingError> Errors(string json = "{}", Dictionary<string, string>? variables = null, string[]? flags = null) =>
        Should.Throw<SettingsException>(() => Load(json, variables, flags)).Errors;

    /// <summary>The one error of settings that have one.</summary>
    public static SettingError Error(string json = "{}", Dictionary<string, string>? variables = null, string[]? flags = null) =>
        Errors(json, variables, flags).ShouldHaveSingleItem();
}
