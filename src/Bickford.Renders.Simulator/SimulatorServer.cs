using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Bickford.Renders.Simulator;

/// <summary>
/// A server of the Videos protocol for demos, tests and benchmarks. It renders nothing: the state of a video is a pure function of when it was
/// created, the seed and the clock, and its media are small real files.
/// </summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ContentShelf shelf;

    private SimulatorServer(SimulatorOptions options)
    {
        Options = options;
        Videos = new VideoLibrary(options);
        Faults = new FaultPlan(options.Seed, options.Faults);
        Requests = new RequestLog();
        shelf = new ContentShelf(options);
        app = Build();
        BaseUrl = options.Url;
    }

    /// <summary>The base URL for clients, such as <c>http://127.0.0.1:8089/v1</c>.</summary>
    public Uri BaseUrl { get; private set; }

    /// <summary>The options it runs with.</summary>
    public SimulatorOptions Options { get; }

    /// <summary>What was created, what exists, what was deleted.</summary>
    public VideoLibrary Videos { get; }

    /// <summary>The faults in force.</summary>
    public FaultPlan Faults { get; }

    /// <summary>The requests received.</summary>
    public RequestLog Requests { get; }

    /// <summary>Starts a server and returns once it listens.</summary>
    /// <param name="options">How it behaves; null is loopback on a free port with the defaults.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">The options contradict themselves; the message says how.</exception>
    /// <exception cref="IOException">The address is in use or cannot be bound.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SimulatorOptions();
        if (options.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        var server = new SimulatorServer(options);
        try
        {
            await server.app.StartAsync(cancellationToken);
            server.BaseUrl = server.ReadBaseUrl();
            return server;
        }
        catch
        {
            await server.app.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The asset this server hands out for a video, whether or not it is ready; null for an unknown id.
    /// </summary>
    /// <param name="videoId">The video.</param>
    /// <param name="variant">video, thumbnail or spritesheet.</param>
    public async Task<SimulatedContent?> GetContentAsync(string videoId, string variant = "video") =>
        Videos.Find(videoId) is { } video ? await shelf.GetAsync(video, variant) : null;

    /// <summary>Stops listening and aborts what is still being answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private WebApplication Build()
    {
        // The empty builder reads no settings file, environment variable or command line of the process it lives in, and logs nothing.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 128L * 1024 * 1024;

            // Slow callers and slow faults are part of the play.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var web = builder.Build();
        web.Urls.Add(Options.Url.GetLeftPart(UriPartial.Authority));

        var writer = new AnswerWriter(Options.Seed, web.Lifetime.ApplicationStopping);
        var service = new FaultyService(Faults, writer, Options.Dialect);
        var urls = new SignedUrls(Options.Seed);
        var videos = new VideoEndpoints(Options, Videos, service, urls);
        var content = new ContentEndpoint(Options, Videos, shelf, service, writer, urls, Requests);
        var admin = new AdminEndpoints(Faults, Videos, Requests, writer);
        var gate = new Gate(Options, Requests, writer);

        web.Use((context, next) => gate.PassAsync(context, next));
        web.UseRouting();
        web.MapPost("/v1/videos", (RequestDelegate)videos.CreateAsync);
        web.MapGet("/v1/videos", (RequestDelegate)videos.ListAsync);
        web.MapPost("/v1/videos/edits", (RequestDelegate)videos.EditAsync);
        web.MapPost("/v1/videos/extensions", (RequestDelegate)videos.ExtendAsync);
        web.MapGet("/v1/videos/{id}", (RequestDelegate)videos.GetAsync);
        web.MapDelete("/v1/videos/{id}", (RequestDelegate)videos.DeleteAsync);
        web.MapPost("/v1/videos/{id}/remix", (RequestDelegate)videos.RemixAsync);
        web.MapGet("/v1/videos/{id}/content", (RequestDelegate)content.ApiAsync);
        web.MapGet("/files/{id}", (RequestDelegate)content.SignedAsync);
        web.MapGet("/admin/faults", (RequestDelegate)admin.ListFaultsAsync);
        web.MapPost("/admin/faults", (RequestDelegate)admin.AddFaultAsync);
        web.MapDelete("/admin/faults", (RequestDelegate)admin.ClearFaultsAsync);
        web.MapDelete("/admin/faults/{id}", (RequestDelegate)admin.RemoveFaultAsync);
        web.MapGet("/admin/videos", (RequestDelegate)admin.ListVideosAsync);
        web.MapGet("/admin/requests", (RequestDelegate)admin.ListRequestsAsync);
        return web;
    }

    private Uri ReadBaseUrl()
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var bound = new UriBuilder(address) { Path = "/v1" };

        // A server that listens everywhere is reached on loopback from here.
        if (IPAddress.TryParse(bound.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            bound.Host = "127.0.0.1";
        return bound.Uri;
    }
}
