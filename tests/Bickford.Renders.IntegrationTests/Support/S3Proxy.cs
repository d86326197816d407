using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>A request as it passed by.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Bytes">Length of its body.</param>
/// <param name="Status">The answer's status; 0 while there is none.</param>
public sealed record ProxiedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, int Bytes, int Status)
{
    public bool IsPut => Method == "PUT" && !IsPart;

    public bool IsPart => Method == "PUT" && Target.Contains("partNumber=", StringComparison.Ordinal);

    public bool IsComplete => Method == "POST" && Target.Contains("uploadId=", StringComparison.Ordinal);
}

/// <summary>Stands before a real S3 server: notes what is sent, and does on demand what networks and other servers do.</summary>
public sealed class S3Proxy : IAsyncDisposable
{
    private static readonly HashSet<string> s_ownHeaders = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Transfer-Encoding", "Expect", "Keep-Alive" };

    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly string _target;
    private int _inFlight;

    private S3Proxy(WebApplication app, string target) => (_app, _target) = (app, target);

    public string Url => _app.Urls.Single();

    /// <summary>Every request that got an answer, in the order of the answers.</summary>
    public ConcurrentQueue<ProxiedRequest> Requests { get; } = new();

    /// <summary>The most objects and parts that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Answers in the server's place: status and body, or null to let the request through.</summary>
    public Func<ProxiedRequest, (int Status, string Body)?> Instead { get; set; } = _ => null;

    /// <summary>May change a body before the server gets it.</summary>
    public Action<ProxiedRequest, byte[]> Tamper { get; set; } = (_, _) => { };

    /// <summary>Whether the answer is lost: the server did its work, and the connection breaks.</summary>
    public Func<ProxiedRequest, bool> LoseAnswer { get; set; } = _ => false;

    /// <summary>Whether a request gets no answer at all, while its connection stays.</summary>
    public Func<ProxiedRequest, bool> Hang { get; set; } = _ => false;

    /// <summary>After how many bytes an answer's body comes no further; null for never.</summary>
    public int? StallAfter { get; set; }

    public static async Task<S3Proxy> StartAsync(string target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var proxy = new S3Proxy(app, target);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        var body = content.ToArray();
        var request = new ProxiedRequest(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.Length, 0);
        if (Hang(request))
        {
            await UntilGivenUpAsync(context);
            return;
        }
        if (Instead(request) is { } canned)
        {
            context.Response.StatusCode = canned.Status;
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync(canned.Body, context.RequestAborted);
            Requests.Enqueue(request with { Status = canned.Status });
            return;
        }

        Tamper(request, body);
        using var answer = request.Method == "PUT" ? await CountAsync(() => ForwardAsync(context, request, body)) : await ForwardAsync(context, request, body);
        Requests.Enqueue(request with { Status = (int)answer.StatusCode });
        if (LoseAnswer(request))
            context.Abort();
        else
            await AnswerAsync(context, answer);
    }

    private async Task<HttpResponseMessage> CountAsync(Func<Task<HttpResponseMessage>> forward)
    {
        lock (_http)
            MostAtOnce = Math.Max(MostAtOnce, ++_inFlight);
        try
        {
            return await forward();
        }
        finally
        {
            lock (_http)
                _inFlight--;
        }
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpContext context, ProxiedRequest request, byte[] body)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), _target + request.Target);
        if (context.Request.ContentLength is not null)
            message.Content = new ByteArrayContent(body);
        foreach (var (name, value) in request.Headers.Where(h => !s_ownHeaders.Contains(h.Key)))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context, HttpResponseMessage answer)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(h => !s_ownHeaders.Contains(h.Key)))
            context.Response.Headers[header.Key] = string.Join(", ", header.Value);
        if (context.Request.Method == "HEAD")
            return;
        if (StallAfter is not { } most)
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            return;
        }
        var all = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(all.AsMemory(0, Math.Min(most, all.Length)), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await UntilGivenUpAsync(context);
    }

    private static async Task UntilGivenUpAsync(HttpContext context) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>An error as S3 servers write it.</summary>
    public static (int Status, string Body) Error(int status, string code, string message = "as told by the test") => (status, string.Create(CultureInfo.InvariantCulture,
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message><RequestId>r-1</RequestId></Error>"));
}
