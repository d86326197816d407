using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>Logs on standard error: short lines for people, or JSON. Standard output belongs to results.</summary>
internal static class WorkerConsole
{
    private const string DefaultCategory = "Default";

    /// <summary>What is logged, wherever it goes.</summary>
    public static void AddLevels(this ILoggingBuilder logging, LogSettings settings)
    {
        logging.SetMinimumLevel(settings.Levels.GetValueOrDefault(DefaultCategory, LogLevel.Information));
        // Frameworks tell about every request and every job; that drowns the renders.
        foreach (var chatty in new[] { "Microsoft", "System.Net.Http", "Quartz", "Hangfire" })
            logging.AddFilter(chatty, LogLevel.Warning);
        foreach (var (category, level) in settings.Levels.Where(level => level.Key != DefaultCategory))
            logging.AddFilter(category, level);
    }

    /// <param name="logging">Where to add it.</param>
    /// <param name="settings">Format and levels.</param>
    /// <param name="secrets">Taken out of all that is logged.</param>
    /// <param name="enabled">False: a verb that draws its own picture and logs nothing.</param>
    public static void AddWorkerConsole(this ILoggingBuilder logging, LogSettings settings, SecretMask secrets, bool enabled)
    {
        if (!enabled)
            return;
        logging.AddLevels(settings);
        logging.AddConsole(console =>
        {
            console.FormatterName = settings.Json ? ConsoleFormatterNames.Json : LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        MaskingFormatter.Wrap(logging.Services, secrets);
        logging.Services.Configure<JsonConsoleFormatterOptions>(json =>
        {
            json.IncludeScopes = true;
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
    }
}
