using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Shipping.Tests.Support;

/// <summary>What the worker makes of an environment and a folder of secrets, as it does at its start.</summary>
internal static class WorkerSettingsOf
{
    /// <exception cref="SettingsException">It would not start.</exception>
    public static WorkerSettings Load(IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> secrets)
    {
        var folder = Directory.CreateTempSubdirectory("renders-secrets-");
        try
        {
            foreach (var (name, value) in secrets)
                File.WriteAllText(Path.Combine(folder.FullName, name), value);
            var variables = environment.ToDictionary();
            variables[SettingsLoader.SecretsVariable] = folder.FullName;
#if !HANGFIRE
            // The engine is a matter of the build.
            variables.Remove("Jobs__Engine");
#endif
            return SettingsLoader.Load(Repository.PathOf("appsettings.json"), [], variables);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
