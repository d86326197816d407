using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.IntegrationTests.Secrets;

/// <summary>
/// A gateway before the simulator, and the forward proxy on the way to it, that both want secrets and are careless with them: refusals echo the key in
/// every way, content lies at signed addresses, and one of those fails and repeats its signature.
/// </summary>
internal sealed class SecretGateway : IAsyncDisposable
{
    public const string EchoPrompt = "A key that is refused and echoed";
    public const string SignedPrompt = "A lighthouse behind a signed address";
    public const string BrokenPrompt = "A lighthouse behind a broken signed address";

    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly ConcurrentDictionary<string, string> _prompts = new();
    private readonly ConcurrentDictionary<string, int> _opened = new();
    private readonly Uri _simulator;
    private readonly string _simulatorKey;
    private readonly RunSecrets _secrets;

    private SecretGateway(WebApplication app, Uri simulator, string simulatorKey, RunSecrets secrets) =>
        (_app, _simulator, _simulatorKey, _secrets) = (app, simulator, simulatorKey, secrets);

    public string Url => _app.Urls.Single();

    /// <summary>Names of the secrets that callers have shown.</summary>
    public ConcurrentDictionary<string, bool> Shown { get; } = new();

    public static async Task<SecretGateway> StartAsync(Uri simulator, string simulatorKey, RunSecrets secrets)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new SecretGateway(app, simulator, simulatorKey, secrets);
        app.Run(gateway.AnswerAsync);
        await app.StartAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private Task AnswerAsync(HttpContext http) => http.Request.Path.StartsWithSegments("/files") ? FileAsync(http) : ApiAsync(http);

    private async Task ApiAsync(HttpContext http)
    {
        // As a proxy: a login is asked for, but not before a body is sent.
        if (http.Request.Method == "GET" && http.Request.Headers.ProxyAuthorization.Count == 0)
        {
            http.Response.StatusCode = 407;
            http.Response.Headers.ProxyAuthenticate = "Basic realm=\"proxy\"";
            return;
        }

        Note(RunSecrets.Proxy, http.Request.Headers.ProxyAuthorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"agent:{_secrets[RunSecrets.Proxy]}")));
        Note(RunSecrets.ApiKey, http.Request.Headers.Authorization == $"Bearer {_secrets[RunSecrets.ApiKey]}");
        Note(RunSecrets.FallbackKey, http.Request.Headers.Authorization == $"Bearer {_secrets[RunSecrets.FallbackKey]}");
        Note(RunSecrets.Header, http.Request.Headers["X-Gateway-Token"] == _secrets[RunSecrets.Header]);

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var text = Encoding.UTF8.GetString(body.ToArray());
        if (text.Contains(EchoPrompt, StringComparison.Ordinal))
        {
            await EchoAsync(http);
            return;
        }

        if (http.Request.Path.Value!.EndsWith("/content", StringComparison.Ordinal) && VideoOf(http) is { } id && _prompts.GetValueOrDefault(id) is SignedPrompt or BrokenPrompt)
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = $"{Url}/files/{id}?X-Amz-Credential=x&X-Amz-Signature={Uri.EscapeDataString(_secrets[RunSecrets.UrlToken])}";
            return;
        }

        using var answer = await ForwardAsync(http, http.Request.Path + http.Request.QueryString, body.ToArray());
        var bytes = await answer.Content.ReadAsByteArrayAsync(http.RequestAborted);
        if (http.Request.Method == "POST" && answer.IsSuccessStatusCode)
        {
            using var video = JsonDocument.Parse(bytes);
            _prompts[video.RootElement.GetProperty("id").GetString()!] = video.RootElement.GetProperty("prompt").GetString()!;
        }

        await CopyAsync(http, answer, bytes);
    }

    private async Task FileAsync(HttpContext http)
    {
        Note(RunSecrets.UrlToken, http.Request.Query["X-Amz-Signature"] == _secrets[RunSecrets.UrlToken]);
        var id = VideoOf(http)!;
        if (_prompts[id] == SignedPrompt)
        {
            using var answer = await ForwardAsync(http, $"/v1/videos/{id}/content", []);
            await CopyAsync(http, answer, await answer.Content.ReadAsByteArrayAsync(http.RequestAborted));
            return;
        }

        // First a refusal, then a "file" that is none; both repeat the signed address.
        http.Response.StatusCode = _opened.AddOrUpdate(id, 1, (_, n) => n + 1) == 1 ? 403 : 200;
        http.Response.ContentType = "application/xml";
        http.Response.Headers["x-request-id"] = _secrets[RunSecrets.UrlToken];
        await http.Response.WriteAsync($"<Error><Code>SignatureDoesNotMatch</Code><Message>{Url}{http.Request.Path}{http.Request.QueryString}</Message><Token>{_secrets[RunSecrets.UrlToken]}</Token></Error>", http.RequestAborted);
    }

    private Task EchoAsync(HttpContext http)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        var key = authorization["Bearer ".Length..];
        http.Response.StatusCode = 401;
        http.Response.ContentType = "application/json";
        http.Response.Headers["x-request-id"] = $"req-{key}";
        http.Response.Headers.WWWAuthenticate = $"Bearer error=\"{key.Replace('"', '\'')}\"";
        return http.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            error = new
            {
                message = $"Incorrect API key provided: {key}, {key[..9]}****, {Uri.EscapeDataString(key)}, {Convert.ToBase64String(Encoding.UTF8.GetBytes("a:" + key))}, X-Gateway-Token {http.Request.Headers["X-Gateway-Token"]}; "
                    + $"see https://gateway.example/denied?token={Uri.EscapeDataString(_secrets[RunSecrets.UrlToken])}",
                code = $"invalid_api_key {key}",
                param = authorization,
            },
        }), http.RequestAborted);
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpContext http, string target, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(_simulator, target));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _simulatorKey);
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(http.Request.ContentType!) } };
        return await _http.SendAsync(request, http.RequestAborted);
    }

    private static async Task CopyAsync(HttpContext http, HttpResponseMessage answer, byte[] body)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    // /v1/videos/{id}/… and /files/{id}
    private static string? VideoOf(HttpContext http)
    {
        var words = http.Request.Path.Value!.Split('/');
        return words is [_, "v1", "videos", _, ..] ? words[3] : words is [_, "files", _] ? words[2] : null;
    }

    private void Note(string secret, bool shown)
    {
        if (shown)
            Shown[secret] = true;
    }
}
