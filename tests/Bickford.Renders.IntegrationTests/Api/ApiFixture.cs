using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Api;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulator;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Serve;
using Bickford.Renders.Worker.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(ApiFixture))]

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>One worker with its web server, in this process, on a SQLite file and a simulator; the tests share it.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly List<WebApplication> _apps = [];
    private World? _world;
    private WebApplication? _app;
    private HttpClient? _http;

    public HttpClient Http => _http ?? throw new InvalidOperationException("start it first");

    public IServiceProvider Services => _app!.Services;

    public IRenderStore Store => Services.GetRequiredService<IRenderStore>();

    public World World => _world!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it for the first test that needs it.</summary>
    public async Task StartAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_app is not null)
                return;
            _world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = TimeSpan.FromSeconds(0.4), ContentBytes = 300_000 });
            (_app, _http) = await StartAppAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Another worker on the same rows, with other settings.</summary>
    internal async Task<(WebApplication App, HttpClient Http)> StartAppAsync(params (string Name, string Value)[] changes)
    {
        var started = await StartAppAsync(World, changes);
        _apps.Add(started.App);
        return started;
    }

    /// <summary>A worker in this process.</summary>
    internal static async Task<(WebApplication App, HttpClient Http)> StartAppAsync(World world, params (string Name, string Value)[] changes)
    {
        var variables = new Dictionary<string, string>(world.Settings);
        foreach (var (name, value) in changes)
            variables[name] = value;
        var settings = SettingsLoader.Load(null, [], variables);
        var app = WorkerServer.Build(settings);
        await app.Services.PrepareAsync(settings, TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return (app, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        _http?.Dispose();
        _starting.Dispose();
        if (_world is not null)
            await _world.DisposeAsync();
    }
}

/// <summary>What tests say to the API.</summary>
public abstract class ApiTest(ApiFixture api) : IAsyncLifetime
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected ApiFixture Api { get; } = api;

    public async ValueTask InitializeAsync() => await Api.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected static StringContent Text(string text, string type = "application/json") => new(text, Encoding.UTF8, type);

    protected async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers) =>
        await SendAsync(Api.Http, method, path, content, headers);

    protected static async Task<Reply> SendAsync(HttpClient http, HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        var answer = await http.SendAsync(request, Cancel);
        var reply = new Reply(answer, await answer.Content.ReadAsByteArrayAsync(Cancel));
        reply.Body.ShouldNotContain("   at ", Case.Sensitive, "never a stack trace");
        return reply;
    }

    protected Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    protected Task<Reply> PostAsync(string path, string? json = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json is null ? null : Text(json), headers);

    /// <summary>A render that the worker completed.</summary>
    protected async Task<Render> CompletedAsync()
    {
        var accepted = await PostAsync("/api/renders", """{"prompt":"A lighthouse in fog"}""");
        accepted.Status.ShouldBe(201);
        return await EndedAsync(accepted.Id);
    }

    protected Task<Render> EndedAsync(Guid id) => RenderAsync(id, render => !render.Status.IsOpen());

    protected async Task<Render> RenderAsync(Guid id, Func<Render, bool> condition)
    {
        Render? render = null;
        await Eventually.HoldsAsync("the render is as expected", async () => condition((render = await Api.Store.GetAsync(id, Cancel))!));
        return render!;
    }

    /// <summary>A row that stopped.</summary>
    protected async Task<Render> StoppedAsync(RenderStatus status, RenderCause cause, Func<Render, Render>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        now = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
        var row = new Render
        {
            Id = Guid.CreateVersion7(now),
            RequestHash = new string('a', 64),
            Prompt = "A harbour at night",
            Model = "sora-2",
            Size = "720x1280",
            Seconds = 4,
            Status = status,
            Step = RenderStep.Create,
            Cause = cause,
            Message = "it stopped",
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
            FinishedAt = now,
            DeadlineAt = now.AddHours(1),
        };
        row = change?.Invoke(row) ?? row;
        var opening = Policies.RenderEvents.Of(row, status == RenderStatus.Failed ? Policies.RenderEvents.Failed : Policies.RenderEvents.Parked);
        return (await Api.Store.InsertAsync(row, [opening], Cancel)).Render;
    }

    protected sealed record Reply(HttpResponseMessage Answer, byte[] Bytes)
    {
        public int Status => (int)Answer.StatusCode;

        public string Body => Encoding.UTF8.GetString(Bytes);

        public JsonNode Json => JsonNode.Parse(Bytes)!;

        public Guid Id => Json["id"]!.GetValue<Guid>();

        public string? Header(string name) =>
            Answer.Headers.TryGetValues(name, out var values) || Answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

        /// <summary>It is a problem with this status; returns what it says.</summary>
        public JsonNode ShouldBeProblem(int status)
        {
            Status.ShouldBe(status, Body);
            Answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            Json["status"]!.GetValue<int>().ShouldBe(status);
            Json["type"]!.GetValue<string>().ShouldNotBeEmpty();
            Json["title"]!.GetValue<string>().ShouldNotBeEmpty();
            Json["detail"]!.GetValue<string>().ShouldNotBeEmpty();
            return Json;
        }
    }
}
