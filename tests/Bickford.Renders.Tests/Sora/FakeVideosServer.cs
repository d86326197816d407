using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Tests.Sora;

/// <summary>The least server of the Videos protocol that is worth the name: a Kestrel on a free port, its videos in memory, moved on by the test.</summary>
internal sealed class FakeVideosServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<FakeVideo> _videos = [];
    private int _created;

    private FakeVideosServer(WebApplication app) => _app = app;

    public string BaseUrl => $"{_app.Urls.Single()}/v1";

    public static async Task<FakeVideosServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FakeVideosServer(builder.Build());
        server.Map();
        await server._app.StartAsync();
        return server;
    }

    public void Complete(string id) => Change(id, static v => v.Status = "completed");

    public void Fail(string id, string code) => Change(id, v => (v.Status, v.ErrorCode) = ("failed", code));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Change(string id, Action<FakeVideo> change)
    {
        lock (_lock)
            change(_videos.Single(v => v.Id == id));
    }

    private void Map()
    {
        _app.MapPost("/v1/videos", CreateAsync);
        _app.MapGet("/v1/videos", List);
        _app.MapGet("/v1/videos/{id}", (string id) => With(id, static v => Results.Json(v.ToJson())));
        _app.MapGet("/v1/videos/{id}/content", (string id, string? variant) => With(id, v => v.Status != "completed"
            ? Error(404, "not ready")
            : Results.Bytes(v.Content(variant ?? "video"), "video/mp4", entityTag: new EntityTagHeaderValue($"\"{v.Id}\""), enableRangeProcessing: true)));
        _app.MapPost("/v1/videos/{id}/remix", RemixAsync);
        _app.MapDelete("/v1/videos/{id}", (string id) => With(id, v =>
        {
            _videos.Remove(v);
            return Results.Json(new Dictionary<string, object> { ["id"] = v.Id, ["object"] = "video.deleted", ["deleted"] = true });
        }));
    }

    private async Task<IResult> CreateAsync(HttpRequest request)
    {
        var fields = await FieldsAsync(request);
        lock (_lock)
            return Results.Json(Add(fields, null).ToJson());
    }

    private async Task<IResult> RemixAsync(string id, HttpRequest request)
    {
        var fields = await FieldsAsync(request);
        return With(id, source => Results.Json(Add(fields, source.Id).ToJson()));
    }

    private FakeVideo Add(Dictionary<string, string> fields, string? source)
    {
        var video = new FakeVideo($"video_{++_created}", fields, source);
        _videos.Add(video);
        return video;
    }

    private IResult List(int limit, string order, string? after)
    {
        lock (_lock)
        {
            var all = order == "asc" ? _videos.ToList() : _videos.AsEnumerable().Reverse().ToList();
            var rest = all.Skip(after is null ? 0 : all.FindIndex(v => v.Id == after) + 1).ToList();
            return Results.Json(new Dictionary<string, object?>
            {
                ["object"] = "list",
                ["data"] = rest.Take(limit).Select(static v => v.ToJson()).ToList(),
                ["has_more"] = rest.Count > limit,
                ["last_id"] = rest.Take(limit).LastOrDefault()?.Id,
            });
        }
    }

    private IResult With(string id, Func<FakeVideo, IResult> answer)
    {
        lock (_lock)
            return _videos.Find(v => v.Id == id) is { } video ? answer(video) : Error(404, "no such video");
    }

    private static IResult Error(int status, string message) => Results.Json(
        new Dictionary<string, object> { ["error"] = new Dictionary<string, object?> { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = null, ["code"] = null } },
        statusCode: status);

    private static async Task<Dictionary<string, string>> FieldsAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
            return (await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(request.Body))!;
        var form = await request.ReadFormAsync(new FormOptions());
        return form.ToDictionary(static f => f.Key, static f => f.Value.ToString());
    }

    private sealed class FakeVideo(string id, Dictionary<string, string> fields, string? source)
    {
        public string Id => id;

        public string Status { get; set; } = "queued";

        public string? ErrorCode { get; set; }

        public byte[] Content(string variant) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{variant} of {id}, some bytes long"));

        public Dictionary<string, object?> ToJson() => new()
        {
            ["id"] = id,
            ["object"] = "video",
            ["status"] = Status,
            ["created_at"] = 1_767_225_600,
            ["prompt"] = fields.GetValueOrDefault("prompt"),
            ["model"] = fields.GetValueOrDefault("model"),
            ["size"] = fields.GetValueOrDefault("size"),
            ["seconds"] = fields.GetValueOrDefault("seconds"),
            ["remixed_from_video_id"] = source,
            ["error"] = ErrorCode is null ? null : new Dictionary<string, string> { ["code"] = ErrorCode, ["message"] = "no" },
        };
    }
}
