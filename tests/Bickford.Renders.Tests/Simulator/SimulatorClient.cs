using System.Text;
using System.Text.Json;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

/// <summary>A simulator on a manual clock (renders take 10 s), with a plain client that follows no redirects.</summary>
internal sealed class SimulatorClient : IAsyncDisposable
{
    public static readonly TimeSpan RenderTime = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;

    private SimulatorClient(SimulatorServer server, ManualClock clock)
    {
        Server = server;
        Clock = clock;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public SimulatorServer Server { get; }

    public ManualClock Clock { get; }

    public static async Task<SimulatorClient> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var clock = new ManualClock();
        var options = new SimulatorOptions { Clock = clock, RenderTime = RenderTime };
        var server = await SimulatorServer.StartAsync(change is null ? options : change(options), TestContext.Current.CancellationToken);
        return new SimulatorClient(server, clock);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Server.DisposeAsync();
    }

    public Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, new Uri(path.StartsWith('/') ? new Uri(Server.BaseUrl, path).ToString() : $"{Server.BaseUrl}/{path}"), content, headers);

    public async Task<Reply> SendAsync(HttpMethod method, Uri url, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends, and gives back the headers without waiting for the body.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) =>
        http.GetAsync(new Uri($"{Server.BaseUrl}/{path}"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Reply> PostJsonAsync(string path, object body) =>
        SendAsync(HttpMethod.Post, path, new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"));

    public Task<Reply> PostFormAsync(string path, params Part[] parts) => SendAsync(HttpMethod.Post, path, Form(parts));

    /// <summary>Creates a video and gives its id.</summary>
    public async Task<string> CreateAsync(string prompt = "A lighthouse", string size = "1280x720")
    {
        var reply = await PostFormAsync("videos", new Part("prompt", prompt), new Part("size", size));
        reply.Status.ShouldBe(200, reply.Text);
        return reply.Id;
    }

    /// <summary>Creates a video, lets its render time pass, and gives its id.</summary>
    public async Task<string> CreateCompletedAsync(string prompt = "A lighthouse", string size = "1280x720")
    {
        var id = await CreateAsync(prompt, size);
        Clock.Advance(RenderTime);
        return id;
    }

    /// <summary>A form written by hand, so that a test decides about every quote.</summary>
    public static ByteArrayContent Form(Part[] parts, string contentType = "multipart/form-data; boundary=XyZ")
    {
        var bytes = new List<byte>();
        foreach (var part in parts)
        {
            bytes.AddRange(Encoding.UTF8.GetBytes($"--XyZ\r\nContent-Disposition: {part.Disposition}\r\n{(part.Type is null ? "" : $"Content-Type: {part.Type}\r\n")}\r\n"));
            bytes.AddRange(part.Bytes);
            bytes.AddRange("\r\n"u8.ToArray());
        }

        bytes.AddRange("--XyZ--\r\n"u8.ToArray());
        var content = new ByteArrayContent([.. bytes]);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }
}

/// <summary>One part of a form.</summary>
internal sealed record Part(string Disposition, byte[] Bytes, string? Type)
{
    public Part(string name, string value)
        : this($"form-data; name=\"{name}\"", Encoding.UTF8.GetBytes(value), null)
    {
    }

    public static Part File(string name, byte[] bytes) => new($"form-data; name=\"{name}\"; filename=\"ref.png\"", bytes, "application/octet-stream");

    public static Part Json(string name, string json) => new($"form-data; name=\"{name}\"", Encoding.UTF8.GetBytes(json), "application/json");
}

/// <summary>An answer that was read to its end.</summary>
internal sealed record Reply(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string Id => Json.GetProperty("id").GetString()!;

    public string? Word(string name) => Json.GetProperty(name).GetString();

    public JsonElement Error => Json.GetProperty("error");
}
