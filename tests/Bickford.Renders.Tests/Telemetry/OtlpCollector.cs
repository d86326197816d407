using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>A span as it arrived.</summary>
internal sealed record OtlpSpan(string Scope, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A point of a metric as it arrived; of a histogram its count.</summary>
internal sealed record OtlpPoint(string Name, string Unit, double Value, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A log entry as it arrived.</summary>
internal sealed record OtlpLog(string Body, string Severity, string TraceId, string SpanId, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Takes OTLP over HTTP and gRPC on loopback, and reads it.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body, string Headers)> _requests = new();

    private OtlpCollector(bool grpc)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(grpc ? TakeGrpcAsync : TakeAsync);
    }

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>The status of all answers.</summary>
    public int Status { get; set; } = 200;

    public IReadOnlyList<string> Paths => [.. _requests.Select(request => request.Path)];

    public IReadOnlyList<string> Headers => [.. _requests.Select(request => request.Headers)];

    /// <summary>All that arrived, as text in which to search.</summary>
    public string Everything => string.Join('\n', _requests.Select(request => Encoding.UTF8.GetString(request.Body)));

    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. Bodies("trace").SelectMany(body => body.Under(1, 2)).SelectMany(scope => scope.Messages(2).Select(span => new OtlpSpan(
            scope.Under(1).Single().Text(1), span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), Attributes(span.Messages(9))))),
    ];

    public IReadOnlyList<OtlpPoint> Points =>
    [
        .. from metric in Bodies("metrics").SelectMany(body => body.Under(1, 2, 2))
           from kind in (int[])[5, 7, 9]
           from point in metric.Under(kind, 1)
           select new OtlpPoint(
               metric.Text(1), metric.Text(3),
               kind == 9 ? point.Number(4) : point.Has(4) ? point.Real(4) : (long)point.Number(6),
               Attributes(point.Messages(kind == 9 ? 9 : 7))),
    ];

    public IReadOnlyList<OtlpLog> Logs =>
    [
        .. Bodies("logs").SelectMany(body => body.Under(1, 2, 2)).Select(log => new OtlpLog(
            log.Messages(5).Select(ValueOf).SingleOrDefault(""), log.Text(3), log.Hex(9), log.Hex(10), Attributes(log.Messages(6)))),
    ];

    /// <summary>What those who sent say of themselves.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Resources => [.. Bodies("").SelectMany(body => body.Under(1, 1)).Select(resource => Attributes(resource.Messages(1)))];

    public static async Task<OtlpCollector> StartAsync(bool grpc = false)
    {
        var collector = new OtlpCollector(grpc);
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IEnumerable<ProtoMessage> Bodies(string signal) => _requests.Where(request => request.Path.Contains(signal, StringComparison.Ordinal)).Select(request => ProtoMessage.Parse(request.Body));

    private async Task TakeAsync(HttpContext http)
    {
        await KeepAsync(http, skip: 0);
        http.Response.StatusCode = Status;
        http.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeGrpcAsync(HttpContext http)
    {
        // A message has a byte and its length before it.
        await KeepAsync(http, skip: 5);
        http.Response.ContentType = "application/grpc";
        await http.Response.Body.WriteAsync(new byte[5]);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task KeepAsync(HttpContext http, int skip)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _requests.Enqueue((http.Request.Path, body.ToArray()[skip..], string.Join('\n', http.Request.Headers.Select(header => $"{header.Key}: {header.Value}"))));
    }

    private static Dictionary<string, string> Attributes(IEnumerable<ProtoMessage> pairs) =>
        pairs.GroupBy(pair => pair.Text(1)).ToDictionary(group => group.Key, group => group.Last().Messages(2).Select(ValueOf).SingleOrDefault(""));

    private static string ValueOf(ProtoMessage any) =>
        any.Has(1) ? any.Text(1)
        : any.Has(2) ? (any.Number(2) != 0 ? "true" : "false")
        : any.Has(3) ? ((long)any.Number(3)).ToString(CultureInfo.InvariantCulture)
        : any.Has(4) ? any.Real(4).ToString(CultureInfo.InvariantCulture)
        : "";
}
