namespace Bickford.Renders.Worker.Settings;

/// <summary>Section <c>Telemetry</c>. A variable of the OpenTelemetry standard that says the same holds where nobody sets ours.</summary>
internal static class TelemetrySettingsBinder
{
    private const string Prefix = "OTEL_";

    // Those of milliseconds get their unit.
    private static readonly (string Variable, string Key, string Unit)[] Known =
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "Endpoint", ""),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "TracesEndpoint", ""),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "MetricsEndpoint", ""),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "LogsEndpoint", ""),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "Protocol", ""),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "Timeout", "ms"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "MetricsEvery", "ms"),
        ("OTEL_SERVICE_NAME", "ServiceName", ""),
    ];

    private static readonly (string Variable, string Key)[] Exporters =
        [("OTEL_TRACES_EXPORTER", "Traces"), ("OTEL_METRICS_EXPORTER", "Metrics"), ("OTEL_LOGS_EXPORTER", "Logs")];

    private const string HeadersVariable = "OTEL_EXPORTER_OTLP_HEADERS";
    private const string DisabledVariable = "OTEL_SDK_DISABLED";

    /// <summary>What the variables of the standard say, as settings; to lie under all others. Nothing where nobody names an address: they are the machine's, and meant for other programs.</summary>
    public static IReadOnlyList<RawSetting> FromVariables(IReadOnlyDictionary<string, string> variables, IEnumerable<RawSetting> others)
    {
        var settings = new List<RawSetting>();
        foreach (var (variable, key, unit) in Known)
        {
            if (Value(variable) is { } value)
                settings.Add(Setting(variable, value + unit, key));
        }

        foreach (var (variable, key) in Exporters)
        {
            if (Value(variable) is { } value)
                settings.Add(Setting(variable, value.Split(',').Contains("none", StringComparer.OrdinalIgnoreCase) ? "false" : "true", key));
        }

        // name=value,name=value; values as in a URL.
        foreach (var pair in Value(HeadersVariable)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && settings.TrueForAll(setting => !setting.Path[^1].Equals(pair[..at].Trim(), StringComparison.OrdinalIgnoreCase)))
                settings.Add(Setting(HeadersVariable, Uri.UnescapeDataString(pair[(at + 1)..].Trim()), "Headers", pair[..at].Trim()));
        }

        return settings.Concat(others).Any(IsAddress) ? settings : [];

        string? Value(string variable) => variables.GetValueOrDefault(variable)?.Trim() is { Length: > 0 } value ? value : null;
    }

    /// <summary>The section, with the variables that the SDK reads itself.</summary>
    public static TelemetrySettings With(this TelemetrySettings settings, IReadOnlyDictionary<string, string> variables)
    {
        var rest = variables
            .Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal) && variable.Value.Length > 0)
            .Where(variable => variable.Key != HeadersVariable && !Known.Any(known => known.Variable == variable.Key) && !Exporters.Any(known => known.Variable == variable.Key))
            .ToDictionary(StringComparer.Ordinal);
        return rest.GetValueOrDefault(DisabledVariable)?.Equals("true", StringComparison.OrdinalIgnoreCase) == true
            ? settings with { Traces = null, Metrics = null, Logs = null }
            : settings with { Variables = rest };
    }

    public static TelemetrySettings Bind(SettingValues values)
    {
        var grpc = values.Is("Telemetry:Protocol", "grpc");
        return new TelemetrySettings
        {
            Traces = Endpoint(values, "Traces", grpc),
            Metrics = Endpoint(values, "Metrics", grpc),
            Logs = Endpoint(values, "Logs", grpc),
            UsesGrpc = grpc,
            Headers = values.Children("Telemetry:Headers"),
            ServiceName = values.Text("Telemetry:ServiceName"),
            Timeout = values.Time("Telemetry:Timeout"),
            MetricsEvery = values.Time("Telemetry:MetricsEvery"),
            GaugesEvery = values.Time("Telemetry:GaugesEvery"),
        };
    }

    // An address for one signal is taken as it is; behind that of all of them comes the signal's path, which gRPC has in itself.
    private static Uri? Endpoint(SettingValues values, string signal, bool grpc) =>
        !values.Is($"Telemetry:{signal}", "true") ? null
        : values.OptionalText($"Telemetry:{signal}Endpoint") is { } own ? new Uri(own)
        : values.OptionalText("Telemetry:Endpoint") is not { } all ? null
        : grpc ? new Uri(all)
        : new Uri($"{all.TrimEnd('/')}/v1/{signal.ToLowerInvariant()}");

    private static bool IsAddress(RawSetting setting) =>
        setting.Path is [var section, var key] && section.Equals("Telemetry", StringComparison.OrdinalIgnoreCase) && key.EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase);

    private static RawSetting Setting(string variable, string value, params string[] path) =>
        new(["Telemetry", .. path], [value], RawShape.Value, $"environment variable {variable}");
}
