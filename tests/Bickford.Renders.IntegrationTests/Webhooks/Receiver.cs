using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.IntegrationTests.Webhooks;

/// <summary>
/// A receiver of webhooks on the loopback address, written from the text of Standard Webhooks and not with the worker's own code: verifies every signature, and answers as the
/// test likes.
/// </summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly byte[] _key;

    private Receiver(WebApplication app, string secret) => (_app, _key) = (app, Convert.FromBase64String(secret["whsec_".Length..]));

    public string Url => _app.Urls.Single();

    /// <summary>Ids of all requests in their order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Those it took, in their order.</summary>
    public ConcurrentQueue<(string Id, JsonNode Body)> Taken { get; } = [];

    /// <summary>What was wrong with requests.</summary>
    public ConcurrentQueue<string> Wrong { get; } = [];

    /// <summary>The status by number of the request, from 1, and its type; 0 breaks the connection off after the request was taken.</summary>
    public Func<int, string, int> Answer { get; set; } = (_, _) => 204;

    public static async Task<Receiver> StartAsync(string secret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app, secret);
        app.Run(receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var headers = http.Request.Headers;
        var (id, timestamp, signature) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString());
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body.ToArray()];
        var expected = HMACSHA256.HashData(_key, signed);
        if (!signature.Split(' ').Contains($"v1,{Convert.ToBase64String(expected)}"))
            Wrong.Enqueue($"{id}: the signature is not that of the body");
        if (Math.Abs(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(timestamp, CultureInfo.InvariantCulture)) > 300)
            Wrong.Enqueue($"{id}: the timestamp is not near");
        if (http.Request.Method != "POST" || http.Request.ContentType != "application/json" || headers.Authorization.Count > 0)
            Wrong.Enqueue($"{id}: not a plain POST of JSON");

        Requests.Enqueue(id);
        var json = JsonNode.Parse(body.ToArray())!;
        var status = Answer(Requests.Count, json["type"]!.GetValue<string>());
        if (status is 0 or (>= 200 and < 300))
            Taken.Enqueue((id, json));
        if (status == 0)
            http.Abort();
        else
            http.Response.StatusCode = status;
        if (status is >= 300 and < 400)
            http.Response.Headers.Location = Url + "/elsewhere";
    }
}
