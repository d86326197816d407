using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Bickford.Renders.Worker.Telemetry;

/// <summary>What sends, from its begin to its end.</summary>
internal sealed class Sending
{
    /// <summary>So long at most a stop waits for a collector.</summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly LoggerProvider? _logs;

    // Made here, so that also a verb that starts no host sends.
    public Sending(IServiceProvider services)
    {
        _traces = services.GetService<TracerProvider>();
        _metrics = services.GetService<MeterProvider>();
        _logs = services.GetService<LoggerProvider>();
        services.GetRequiredService<CollectorHealth>().Logger = services.GetRequiredService<ILogger<CollectorHealth>>();
    }

    /// <summary>Sends what is left. A collector that does not answer is not waited for.</summary>
    public Task EndAsync()
    {
        var most = (int)LongestEnd.TotalMilliseconds;
        return Task.WhenAll(Task.Run(() => _traces?.Shutdown(most)), Task.Run(() => _metrics?.Shutdown(most)), Task.Run(() => _logs?.Shutdown(most)));
    }
}
