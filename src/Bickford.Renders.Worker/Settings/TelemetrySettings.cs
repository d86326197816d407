namespace Bickford.Renders.Worker.Settings;

/// <summary>Section <c>Telemetry</c>, with the variables of the OpenTelemetry standard.</summary>
internal sealed record TelemetrySettings
{
    /// <summary>Where spans go, whole; null sends none.</summary>
    public required Uri? Traces { get; init; }

    /// <summary>Where metrics go, whole; null sends none.</summary>
    public required Uri? Metrics { get; init; }

    /// <summary>Where log entries go, whole; null sends none.</summary>
    public required Uri? Logs { get; init; }

    /// <summary>gRPC and not HTTP with protobuf bodies.</summary>
    public required bool UsesGrpc { get; init; }

    /// <summary>Headers on every request; secrets.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required string ServiceName { get; init; }

    /// <summary>How long one request may take.</summary>
    public required TimeSpan Timeout { get; init; }

    public required TimeSpan MetricsEvery { get; init; }

    /// <summary>How often the database is asked how everything stands.</summary>
    public required TimeSpan GaugesEvery { get; init; }

    /// <summary>Variables of the standard that have no setting of ours: for the SDK to read.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Something is sent.</summary>
    public bool IsOn => Traces is not null || Metrics is not null || Logs is not null;
}
