using Bickford.Renders.Telemetry;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bickford.Renders.Worker.Telemetry;

/// <summary>Sends traces, metrics and logs by OTLP, where the settings say so.</summary>
internal static class TelemetryRegistration
{
    /// <param name="builder">The host's; before the engine, so that this stops after it.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="gauges">With what the database says: for a process that runs, not for a verb that looks something up.</param>
    public static void AddTelemetry(this IHostApplicationBuilder builder, WorkerSettings settings, bool gauges)
    {
        var telemetry = settings.Telemetry;
        if (!telemetry.IsOn)
            return;
        var services = builder.Services;
        // The SDK reads the variables of the standard from here.
        builder.Configuration.AddInMemoryCollection(telemetry.Variables.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value)));
        var health = new CollectorHealth();
        services.AddSingleton(health);
        services.AddSingleton(telemetry);
        services.AddSingleton<Sending>();
        services.AddSingleton<RenderGauges>();
        if (gauges)
            services.AddHostedService<TelemetryService>();

        var cleaner = new Cleaner(settings.Secrets, settings.Sora.BaseUrl);
        var open = services.AddOpenTelemetry().ConfigureResource(resource => Describe(resource, telemetry));
        if (telemetry.Traces is { } traces)
        {
            open.WithTracing(tracing => tracing
                .AddSource(TelemetryFields.Source, "System.Net.Http", "Npgsql")
                // Pages and health checks ask again and again, and are of no interest here.
                .AddAspNetCoreInstrumentation(requests => requests.Filter = http => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
                .AddProcessor(new SpanCleaner(cleaner))
                .AddOtlpExporter(otlp => Fill(otlp, telemetry, traces, "traces", health)));
        }

        if (telemetry.Metrics is { } metrics)
        {
            open.WithMetrics(metering => metering
                .AddMeter(TelemetryFields.Source, "System.Runtime", "Npgsql", "Microsoft.AspNetCore.Hosting")
                .AddOtlpExporter((otlp, reader) =>
                {
                    Fill(otlp, telemetry, metrics, "metrics", health);
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)telemetry.MetricsEvery.TotalMilliseconds;
                }));
        }

        if (telemetry.Logs is { } logs)
        {
            builder.Logging.AddLevels(settings.Logging);
            open.WithLogging(
                logging => logging.AddProcessor(new LogCleaner(cleaner)).AddOtlpExporter(otlp => Fill(otlp, telemetry, logs, "logs", health)),
                options => (options.IncludeFormattedMessage, options.ParseStateValues) = (true, true));
        }
    }

    private static void Describe(ResourceBuilder resource, TelemetrySettings telemetry) => resource
        .AddService(telemetry.ServiceName, serviceVersion: CommandTree.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: FormattableString.Invariant($"{Environment.MachineName}/{Environment.ProcessId}"))
        // Last: what the standard's variables say holds.
        .AddEnvironmentVariableDetector();

    private static void Fill(OtlpExporterOptions otlp, TelemetrySettings telemetry, Uri endpoint, string signal, CollectorHealth health)
    {
        otlp.Endpoint = endpoint;
        otlp.Protocol = telemetry.UsesGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        otlp.TimeoutMilliseconds = (int)telemetry.Timeout.TotalMilliseconds;
        otlp.HttpClientFactory = () =>
        {
            var http = new HttpClient(new CollectorHandler(health, signal)) { Timeout = telemetry.Timeout };
            foreach (var (name, value) in telemetry.Headers)
                http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
            return http;
        };
    }
}
