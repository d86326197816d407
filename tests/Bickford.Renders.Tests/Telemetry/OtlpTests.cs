using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Bickford.Renders.Simulator;
using Bickford.Renders.Tests.Files;
using Bickford.Renders.Tests.Worker;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Serve;
using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>What arrives at a collector, over real HTTP, of a render that a real worker makes.</summary>
public sealed class OtlpTests : IDisposable
{
    private const string Key = "sk-of-the-provider-1";
    private const string Secret = "key-of-the-collector-1";
    private const string Prompt = "Seventeen paper lanterns over a frozen harbour";

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_render_arrives_as_one_trace_with_its_requests_as_metrics_and_as_logs()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var provider = await ProviderAsync();

        var id = await RenderAsync(provider, "otlp-http", ("Telemetry__Endpoint", $"{collector.Url}/ingest/otlp/"), ("Telemetry__Headers__X-Seq-ApiKey", Secret));

        collector.Paths.Distinct().ShouldBe(["/ingest/otlp/v1/traces", "/ingest/otlp/v1/metrics", "/ingest/otlp/v1/logs"], ignoreOrder: true);
        var spans = collector.Spans.Where(span => span.Attributes.GetValueOrDefault("render.id") == id).ToList();
        spans.Select(span => span.Name).Distinct().ShouldBe(["render enqueue", "render create", "render poll", "render download", "render upload", "render record", "render"], ignoreOrder: true);
        var trace = spans.Select(span => span.TraceId).Distinct().ShouldHaveSingleItem();
        var create = spans.Single(span => span.Name == "render create");
        var post = collector.Spans.Single(span => span.Scope == "System.Net.Http" && span.ParentId == create.SpanId);
        (post.Name, post.TraceId, post.Attributes["url.full"]).ShouldBe(("POST", trace, $"{provider.BaseUrl}/videos"));
        collector.Spans.Where(span => span.Scope == "System.Net.Http").ShouldAllBe(span => span.ParentId.Length > 0, "requests that belong to no render are not told of");

        double Of(string metric, params (string Name, string Value)[] tags) =>
            collector.Points.Last(point => point.Name == metric && tags.Append(("render.model", "otlp-http")).All(tag => point.Attributes.GetValueOrDefault(tag.Item1) == tag.Item2)).Value;
        Of("renders.ended", ("render.status", "completed"), ("render.cause", "none")).ShouldBe(1);
        Of("renders.cost").ShouldBe(0.4);
        Of("renders.duration", ("render.status", "completed")).ShouldBe(1);
        collector.Points.Select(point => point.Name).ShouldContain("renders.ledger.position", "the gauges were read from the database");

        var log = collector.Logs.Last(entry => entry.Attributes.GetValueOrDefault("render.id") == id);
        (log.TraceId, log.Attributes["render.step"], log.Attributes["render.attempt"], log.Attributes["trace.id"]).ShouldBe((trace, "record", "0", trace));
        log.Body.ShouldContain("Completed");

        collector.Headers.ShouldAllBe(headers => headers.Contains($"X-Seq-ApiKey: {Secret}", StringComparison.OrdinalIgnoreCase));
        foreach (var hidden in (string[])[Key, Secret, Prompt, Prompt[..24]])
            collector.Everything.ShouldNotContain(hidden);
    }

    [Fact]
    public async Task The_variables_of_the_standard_do_the_same_and_so_does_grpc()
    {
        await using var collector = await OtlpCollector.StartAsync(grpc: true);
        await using var provider = await ProviderAsync();

        var id = await RenderAsync(
            provider, "otlp-grpc",
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_HEADERS", $"api-key={Uri.EscapeDataString(Secret)},other=1"),
            ("OTEL_SERVICE_NAME", "studio"), ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"), ("OTEL_LOGS_EXPORTER", "none"));

        collector.Paths.Distinct().ShouldBe(
        [
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        ], ignoreOrder: true);
        collector.Spans.ShouldContain(span => span.Name == "render record" && span.Attributes["render.id"] == id);
        collector.Resources.ShouldAllBe(resource => resource["service.name"] == "studio" && resource["deployment.environment"] == "test" && resource["service.instance.id"].Length > 0);
        collector.Headers.ShouldAllBe(headers => headers.Contains($"api-key: {Secret}", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_render_that_is_asked_for_over_HTTP_goes_on_in_the_trace_of_whoever_asks()
    {
        const string Caller = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var collector = await OtlpCollector.StartAsync();
        await using var provider = await ProviderAsync();
        var settings = SettingsLoader.Load(null, [], new Dictionary<string, string>
        {
            ["Telemetry__Endpoint"] = collector.Url,
            ["Sora__BaseUrl"] = provider.BaseUrl.ToString(),
            ["Sora__ApiKey"] = Key,
            ["Sora__Models__otlp-api__Price"] = "0.1",
            ["Database__ConnectionString"] = _folder["renders.db"],
            ["Storage__Root"] = _folder["videos"],
            ["Staging__Root"] = _folder["staging"],
            ["Dashboard__Urls"] = "http://127.0.0.1:0",
            ["Jobs__PollFirst"] = "50ms",
            ["Jobs__PollMax"] = "100ms",
        });
        await using var app = WorkerServer.Build(settings, logs: false);
        await app.Services.PrepareAsync(settings, Cancel);
        await app.StartAsync(Cancel);
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.Single()) };
        (await http.GetAsync("/health/ready", Cancel)).EnsureSuccessStatusCode();
        using var order = new HttpRequestMessage(HttpMethod.Post, "/api/renders")
        {
            Content = JsonContent.Create(new { prompt = Prompt, model = "otlp-api", seconds = 4 }),
            Headers = { { "traceparent", $"00-{Caller}-00f067aa0ba902b7-01" }, { "baggage", "customer=somebody" } },
        };
        var answer = await http.SendAsync(order, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        (await http.GetAsync("/api/renders?text=what-somebody-looks-for", Cancel)).EnsureSuccessStatusCode();
        var id = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["id"]!.GetValue<string>();

        (await app.Services.GetRequiredService<IRenders>().WaitAsync(Guid.Parse(id), cancellationToken: Cancel)).Status.ShouldBe(RenderStatus.Completed);
        await app.StopAsync(Cancel);

        var spans = collector.Spans.Where(span => span.Attributes.GetValueOrDefault("render.id") == id).ToList();
        spans.Select(span => span.TraceId).Distinct().ShouldBe([Caller]);
        var requests = collector.Spans.Where(span => span.Scope == "Microsoft.AspNetCore").ToList();
        requests.Count.ShouldBe(2, "that of the health check is of no interest");
        var asked = requests.Single(span => span.TraceId == Caller);
        (asked.Name, asked.Attributes["url.path"]).ShouldBe(("POST /api/renders", "/api/renders"));
        asked.ParentId.ShouldBe("00f067aa0ba902b7");
        spans.Single(span => span.Name == "render enqueue").ParentId.ShouldBe(asked.SpanId);
        provider.Requests.Entries.ShouldNotBeEmpty();
        collector.Everything.ShouldNotContain("somebody");
        collector.Everything.ShouldNotContain("what-somebody-looks-for");
        collector.Everything.ShouldNotContain(Prompt);
    }

    [Fact]
    public async Task A_verification_of_the_ledger_says_how_many_faults_it_found()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var provider = await ProviderAsync();
        await RenderAsync(provider, "otlp-ledger");

        (await new CliFolder(_folder["cli"], ("Telemetry__Endpoint", collector.Url)).RunAsync(provider, "ledger", "verify")).ExitCode.ShouldBe(0);

        collector.Points.ShouldContain(point => point.Name == "renders.ledger.faults" && point.Attributes["ledger.check"] == "verify" && point.Value == 0);
    }

    [Fact]
    public async Task A_share_of_the_traces_is_whole_renders()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var provider = await ProviderAsync();

        var id = await RenderAsync(provider, "otlp-none", ("Telemetry__Endpoint", collector.Url), ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0"));

        collector.Spans.Where(span => span.Attributes.GetValueOrDefault("render.id") == id).ShouldBeEmpty();
        collector.Points.ShouldContain(point => point.Attributes.GetValueOrDefault("render.model") == "otlp-none");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_collector_that_is_away_or_never_answers_holds_nothing_up(bool takesConnections)
    {
        // Nobody accepts: the system takes connections for a while, and nothing comes back.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        if (!takesConnections)
            listener.Stop();
        await using var provider = await ProviderAsync();

        // With a time-out that is longer than the test may take: nothing waits for it.
        await RenderAsync(provider, "otlp-away", ("Telemetry__Endpoint", endpoint), ("Telemetry__Timeout", takesConnections ? "5m" : "1s"))
            .WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, Cancel);
    }

    private static Task<SimulatorServer> ProviderAsync() => SimulatorServer.StartAsync(
        new SimulatorOptions { RenderTime = TimeSpan.FromSeconds(0.2), Models = ModelCatalogue.Anything, ApiKey = Key }, Cancel);

    private async Task<string> RenderAsync(SimulatorServer provider, string model, params (string Name, string Value)[] settings)
    {
        var result = await new CliFolder(
            _folder["cli"],
            [
                ("Sora__ApiKey", Key), ($"Sora__Models__{model}__Price", "0.1"), ("Sora__DefaultModel", model),
                ("Jobs__PollFirst", "50ms"), ("Jobs__PollMax", "100ms"), .. settings,
            ]).RunAsync(provider, "render", Prompt, "--model", model, "--seconds", "4", "--wait", "--json");
        result.ExitCode.ShouldBe(0, result.Out + result.Error);
        return JsonNode.Parse(result.Out.Trim().Split('\n')[^1])!["id"]!.GetValue<string>();
    }
}
