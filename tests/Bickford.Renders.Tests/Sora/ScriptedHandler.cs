using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Sora;

/// <summary>A request as the server saw it.</summary>
internal sealed record SeenRequest(HttpMethod Method, Uri Url, ILookup<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A server in memory: answers each request by a function, and remembers it.</summary>
internal sealed class ScriptedHandler(Func<SeenRequest, int, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    public SeenRequest[] Seen => [.. _seen];

    /// <summary>Every request is answered by the next of these; the last one stays.</summary>
    public static ScriptedHandler Answers(params Func<HttpResponseMessage>[] answers) => new((_, n) => answers[Math.Min(n, answers.Length - 1)]());

    public static HttpResponseMessage Json(HttpStatusCode status, string json, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    public VideosApiClient Client(TimeProvider? clock = null, Action<VideosApiOptions>? configure = null)
    {
        var options = new VideosApiOptions { BaseUrl = "https://8.8.8.8/v1", ApiKey = "sk-secret-key" };
        configure?.Invoke(options);
        var http = new HttpClient(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        return new VideosApiClient(http, options, clock ?? new ManualTimeProvider(), new Random(7));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Reading the body is what sending is: from here on the server may act.
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default)
            .SelectMany(static h => h.Value.Select(v => (h.Key, v))).ToLookup(static h => h.Key, static h => h.v, StringComparer.OrdinalIgnoreCase);
        var number = _seen.Count;
        _seen.Enqueue(new SeenRequest(request.Method, request.RequestUri!, headers, body));
        var response = answer(_seen.Last(), number);
        response.RequestMessage = request;
        return response;
    }
}
