using Bickford.Renders.Tests.Worker;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>Where telemetry goes, by our settings and by the variables of the standard.</summary>
public sealed class TelemetrySettingsTests
{
    [Fact]
    public void Nothing_is_sent_unless_an_endpoint_is_given()
    {
        SettingsWorld.Load().Telemetry.IsOn.ShouldBeFalse();
        SettingsWorld.Load(variables: new() { ["Telemetry__Endpoint"] = "http://seq:5341/ingest/otlp" }).Telemetry.IsOn.ShouldBeTrue();
        SettingsWorld.Load(variables: new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318" }).Telemetry.IsOn.ShouldBeTrue();
        SettingsWorld.Load(variables: new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318", ["OTEL_SDK_DISABLED"] = "true" }).Telemetry.IsOn.ShouldBeFalse();
    }

    [Fact]
    public void Each_signal_has_its_path_behind_the_endpoint_or_an_address_of_its_own()
    {
        var telemetry = SettingsWorld.Load(variables: new()
        {
            ["Telemetry__Endpoint"] = "http://seq:5341/ingest/otlp/",
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = "http://prometheus:9090/api/v1/otlp/v1/metrics",
            ["OTEL_LOGS_EXPORTER"] = "none",
        }).Telemetry;

        telemetry.Traces.ShouldBe(new Uri("http://seq:5341/ingest/otlp/v1/traces"));
        telemetry.Metrics.ShouldBe(new Uri("http://prometheus:9090/api/v1/otlp/v1/metrics"));
        telemetry.Logs.ShouldBeNull();
    }

    [Fact]
    public void A_setting_of_ours_wins_over_the_variable_that_says_the_same()
    {
        var telemetry = SettingsWorld.Load("""{"Telemetry": {"ServiceName": "ours"}}""", new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318",
            ["OTEL_SERVICE_NAME"] = "theirs",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "1500",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=a%20b,other=c",
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = "64",
        }).Telemetry;

        telemetry.ServiceName.ShouldBe("ours");
        telemetry.Timeout.ShouldBe(TimeSpan.FromSeconds(1.5));
        telemetry.Headers.ShouldBe(new Dictionary<string, string> { ["api-key"] = "a b", ["other"] = "c" }, ignoreOrder: true);
        telemetry.Variables.ShouldBe(new Dictionary<string, string> { ["OTEL_BSP_MAX_QUEUE_SIZE"] = "64" });
    }

    [Fact]
    public void Headers_are_secrets()
    {
        var settings = SettingsWorld.Load(variables: new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318", ["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=key-of-the-collector" });

        settings.Secrets.Apply("it said key-of-the-collector").ShouldBe("it said ***");
    }

    [Fact]
    public void Variables_of_the_machine_that_name_no_address_are_for_other_programs() =>
        SettingsWorld.Load(variables: new() { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json", ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "soon" }).Telemetry.IsOn.ShouldBeFalse();

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "Telemetry:Endpoint")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "Telemetry:Protocol")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "Telemetry:Timeout")]
    [InlineData("Telemetry__Endpoint", "ftp://collector", "Telemetry:Endpoint")]
    [InlineData("Telemetry__GaugesEvery", "0s", "Telemetry:GaugesEvery")]
    public void What_is_wrong_is_told_with_the_variable_that_says_it(string variable, string value, string field)
    {
        var error = SettingsWorld.Error(variables: new() { ["Telemetry__LogsEndpoint"] = "http://collector:4318/v1/logs", [variable] = value });

        (error.Field, error.Message.Contains(variable, StringComparison.Ordinal)).ShouldBe((field, true), error.Message);
    }
}
