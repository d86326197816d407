using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Cli;

/// <summary>Loads the settings for a verb and opens the worker's parts with them.</summary>
internal static class SettingsFlags
{
    /// <exception cref="SettingsException">The settings cannot be used.</exception>
    public static WorkerSettings LoadSettings(this CliContext context, params IEnumerable<string> more)
    {
        var settings = SettingsLoader.Load(
            context.Parse.GetValue(CommonOptions.SettingsFile),
            [.. context.Parse.GetValue(CommonOptions.Set) ?? [], .. more],
            context.Environment.Variables);
        context.Terminal.Hide(settings.Secrets);
        return settings;
    }

    /// <summary>Opens the worker's parts; writes nothing.</summary>
    public static IWorkerSession Open(this CliContext context, SessionKind kind) =>
        context.Environment.Open(context.LoadSettings(), new WorkerSessionOptions(kind, context.Verbose));

    /// <summary>Opens a database that must be there already, for a verb that acts on what is in it.</summary>
    /// <exception cref="InputException">There is none yet.</exception>
    public static async Task<IWorkerSession> OpenExistingAsync(this CliContext context, SessionKind kind, CancellationToken cancellationToken, bool sends = false)
    {
        var settings = context.LoadSettings();
        var session = context.Environment.Open(settings, new WorkerSessionOptions(kind, context.Verbose, sends));
        if (!session.HasDatabase)
        {
            await session.DisposeAsync();
            throw new InputException("Database:ConnectionString", $"there is no database at '{settings.DatabasePath}' yet; 'renders render' makes it; if yours lies elsewhere, set Database:ConnectionString or start where it is");
        }

        await session.PrepareAsync(cancellationToken);
        return session;
    }
}
