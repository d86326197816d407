using System.Net;
using System.Net.Sockets;
using System.Text;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Worker;
using Bickford.Renders.Worker.Doors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Doors;

/// <summary>A real web server behind the real doors, with settings as the program reads them and a few pages to come to. Requests may say which address they come from.</summary>
internal sealed class DoorWorld : IAsyncDisposable
{
    /// <summary>A header of this test only: where the connection comes from.</summary>
    public const string From = "Test-From";

    private readonly WebApplication _app;

    private DoorWorld(WebApplication app, MemoryKeys keys, TimeProvider clock)
    {
        (_app, Keys, Clock) = (app, keys, clock);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = Client();
    }

    public Uri Address { get; }

    public MemoryKeys Keys { get; }

    public TimeProvider Clock { get; }

    /// <summary>Without cookies; does not follow.</summary>
    public HttpClient Http { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="flags">Settings, as after <c>--set</c>.</param>
    public static Task<DoorWorld> StartAsync(params string[] flags) => StartAsync(TimeProvider.System, new MemoryKeys(), flags);

    public static async Task<DoorWorld> StartAsync(TimeProvider clock, MemoryKeys keys, params string[] flags)
    {
        var settings = SettingsWorld.Load(flags: flags).Doors;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<IApiKeys>(keys);
        builder.Services.AddSingleton<IPageKeys>(keys);
        builder.Services.AddDoors(settings);
        var app = builder.Build();
        app.Use((http, next) =>
        {
            if (http.Request.Headers.TryGetValue(From, out var from))
                http.Connection.RemoteIpAddress = IPAddress.Parse(from.ToString());
            return next(http);
        });
        app.UseDoors(settings);
        app.UseRouting();
        app.UseDoorsOfEndpoints(settings);
        Map(app);
        await app.StartAsync(Cancellation);
        return new DoorWorld(app, keys, clock);
    }

    /// <summary>A client as a browser is: with cookies.</summary>
    public HttpClient Client(CookieContainer? cookies = null) =>
        new(new SocketsHttpHandler { UseCookies = cookies is not null, CookieContainer = cookies ?? new CookieContainer(), AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Address };

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent? content = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, content, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        foreach (var header in headers)
            request.Headers.TryAddWithoutValidation(header.Name, header.Value).ShouldBeTrue(header.Name);
        return await Http.SendAsync(request, Cancellation);
    }

    /// <summary>Who the server thinks sends this.</summary>
    public async Task<string> WhoAsync(params (string Name, string Value)[] headers)
    {
        using var answer = await GetAsync("/api/who", headers);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(Cancellation) : $"{(int)answer.StatusCode}";
    }

    /// <summary>Sends a request line as it is: no client puts its path in order.</summary>
    public async Task<(int Status, string Body)> RawAsync(string target, string host = "127.0.0.1", params (string Name, string Value)[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Address.Port, Cancellation);
        var stream = client.GetStream();
        var lines = $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(lines), Cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(Cancellation);
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/health/live", () => "live");
        app.MapGet("/health/ready", () => "ready");
        app.MapGet("/health/more", () => "SECRET");
        app.MapGet("/", (HttpContext http) => $"SECRET page of {http.Actor()}");
        app.MapGet("/renders", () => "SECRET");
        app.MapGet("/form", (HttpContext http) => http.FormToken());
        app.MapGet("/hangfire", () => "SECRET");
        app.MapGet("/own", (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'";
            http.Response.Headers.CacheControl = "max-age=60";
            return "SECRET";
        });
        app.MapGet("/api/who", (HttpContext http) => $"{http.Actor()} {http.Access()}");
        app.MapGet("/api/where", (HttpContext http) => $"{http.Connection.RemoteIpAddress} {http.Request.Scheme}://{http.Request.Host}");
        app.MapPost("/api/renders", (HttpContext http) => $"CHANGED by {http.Actor()}").NeedsAct();
        app.MapPost("/act/resume", (RequestDelegate)(http => http.Response.WriteAsync($"CHANGED by {http.Actor()}"))).NeedsAct().NeedsFormToken();
    }
}
