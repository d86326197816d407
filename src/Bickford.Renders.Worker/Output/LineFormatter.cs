using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>A log entry as one line: time, level, message; the exception below it only from Error up.</summary>
internal sealed class LineFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";
    private const string StartFailed = "HostedServiceStartupFaulted";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // Whoever started the host tells people, in one line.
        if (logEntry.EventId.Name == StartFailed)
            return;
        var time = clock.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        // A message may quote a prompt or a server: it must not break the line or colour the terminal.
        textWriter.WriteLine($"{time}Z {Word(logEntry.LogLevel)} {SafeText.Line(logEntry.Formatter(logEntry.State, logEntry.Exception))}");
        if (logEntry is { LogLevel: >= LogLevel.Error, Exception: { } exception })
        {
            foreach (var line in SafeText.Lines(exception.ToString()))
                textWriter.WriteLine(line);
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
