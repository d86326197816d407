using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Worker.Telemetry;

/// <summary>Whether what is sent arrives: one line in the log when it does not any more, and one when it does again.</summary>
internal sealed class CollectorHealth
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _missing = [];

    /// <summary>Who is told; known once the host is built.</summary>
    public ILogger? Logger { get; set; }

    public void Missed(string signal, string why)
    {
        lock (_lock)
        {
            var isFirst = _missing.Count == 0;
            _missing.Add(signal);
            if (!isFirst)
                return;
        }

        Logger?.LogWarning("Telemetry ({Signal}) does not arrive: {Why} (Telemetry:Endpoint); what cannot be kept until it does is dropped", signal, why);
    }

    public void Reached(string signal)
    {
        lock (_lock)
        {
            if (!_missing.Remove(signal) || _missing.Count > 0)
                return;
        }

        Logger?.LogInformation("Telemetry arrives again");
    }
}
