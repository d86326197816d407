using Bickford.Renders.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Bickford.Renders.Worker.Telemetry;

/// <summary>Before a log entry leaves: it gets the fields of the render that it is written about, and loses what nobody should read.</summary>
internal sealed class LogCleaner(Cleaner cleaner) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var fields = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in data.Attributes ?? [])
            fields.Add(new(name, cleaner.Value(value)));
        if (RenderScope.Current is { } scope)
            fields.AddRange(scope);
        if (data.Exception is { } exception)
        {
            fields.Add(new("exception.type", exception.GetType().FullName));
            fields.Add(new("exception.message", cleaner.Text(exception.Message)));
            fields.Add(new("exception.stacktrace", cleaner.Text(exception.ToString())));
            data.Exception = null;
        }

        data.Attributes = fields;
        if (data.FormattedMessage is { } message)
            data.FormattedMessage = cleaner.Text(message);
    }
}
