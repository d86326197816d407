using System.Globalization;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Simulator;

/// <summary>Create, get, list, delete, remix, edit and extend.</summary>
internal sealed class VideoEndpoints(SimulatorOptions options, VideoLibrary videos, FaultyService service, SignedUrls urls)
{
    private bool HasRemix => options.Dialect is not (Dialect.VllmOmni or Dialect.Sglang);

    public async Task CreateAsync(HttpContext context)
    {
        var order = OrderRules.Check(await RequestBodyReader.ReadAsync(context.Request, context.RequestAborted), options);
        await AcceptAsync(context, order, FaultOperation.Create);
    }

    public async Task RemixAsync(HttpContext context)
    {
        RefuseWithoutRemix(context);
        var source = Find(context);
        var body = await ReadAsync(context, "prompt");
        await AcceptAsync(context, OrderFrom(source, body, 0), FaultOperation.Remix);
    }

    public async Task EditAsync(HttpContext context)
    {
        RefuseWithoutRemix(context);
        var body = await ReadAsync(context, "prompt", "video", "video[id]");
        await AcceptAsync(context, OrderFrom(Source(body), body, 0), FaultOperation.Remix);
    }

    public async Task ExtendAsync(HttpContext context)
    {
        RefuseWithoutRemix(context);
        var body = await ReadAsync(context, "prompt", "video", "video[id]", "seconds");
        var source = Source(body);
        var offer = options.Catalogue.Find(source?.Model ?? "sora-2") ?? ModelCatalogue.Sora.Models["sora-2"];
        var more = OrderRules.Seconds(body, "seconds", offer, options) ?? throw RefusalException.Missing("seconds");
        await AcceptAsync(context, OrderFrom(source, body, more), FaultOperation.Remix);
    }

    public Task GetAsync(HttpContext context)
    {
        var video = Find(context);
        return service.ServeAsync(context, new FaultTarget(FaultOperation.Get, video.Prompt, video.Ordinal), (marks, _) =>
        {
            var marked = videos.Mark(video.Id, marks) ?? throw RefusalException.NoSuchVideo(video.Id);
            var moment = Moment(marked);
            var status = options.Dialect == Dialect.VllmOmni && moment.Failure is { } failure ? VideoJson.FailureStatus(failure) : 200;
            return Task.FromResult(Answer.OfJson(status, Json(context, marked, moment)) with { Headers = PollHint() });
        });
    }

    public Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = Limit(query["limit"]);
        var order = options.FixedListOrder ?? Order(query["order"]);
        var after = query["after"].ToString() is { Length: > 0 } id ? id : null;
        return service.ServeAsync(context, new FaultTarget(FaultOperation.List), (_, _) =>
        {
            var page = videos.Page(limit, order, after) ?? throw RefusalException.Invalid("after", "invalid_value", $"Invalid 'after': no video has the id '{after}'.");
            var json = new JsonObject
            {
                ["object"] = "list",
                ["data"] = new JsonArray([.. page.Videos.Select(video => Json(context, video, Moment(video)))]),
            };
            if (options.Dialect != Dialect.Sglang)
            {
                json["first_id"] = page.Videos.Count > 0 ? page.Videos[0].Id : null;
                json["last_id"] = page.Videos.Count > 0 ? page.Videos[^1].Id : null;
                json["has_more"] = page.HasMore;
            }

            return Task.FromResult(Answer.OfJson(200, json));
        });
    }

    public Task DeleteAsync(HttpContext context)
    {
        var video = Find(context);
        var finished = Moment(video).Phase is Phase.Completed or Phase.Failed;
        if (!finished && OrderRules.IsStrict(options.Dialect))
            throw new RefusalException(400, $"Video with id '{video.Id}' cannot be deleted while it is being generated.") { Code = "video_not_finished" };
        if (video.GoneAt is not null)
            throw new RefusalException(409, $"Video with id '{video.Id}' is being cancelled.");

        return service.ServeAsync(context, new FaultTarget(FaultOperation.Delete, video.Prompt, video.Ordinal), (marks, _) =>
        {
            var marked = videos.Mark(video.Id, marks);
            var cancels = options.Dialect == Dialect.VllmOmni && !finished;
            if (marked is null || !(cancels ? videos.Cancel(video.Id) : videos.Delete(video.Id)))
                throw RefusalException.NoSuchVideo(video.Id);
            if (options.Dialect != Dialect.Sglang)
                return Task.FromResult(Answer.OfJson(200, new JsonObject { ["id"] = video.Id, ["object"] = "video.deleted", ["deleted"] = true }));
            var json = Json(context, marked, Moment(marked));
            json["status"] = "deleted";
            return Task.FromResult(Answer.OfJson(200, json));
        });
    }

    private Task AcceptAsync(HttpContext context, VideoOrder order, FaultOperation operation) =>
        service.ServeAsync(context, new FaultTarget(operation, order.Prompt), (marks, _) =>
        {
            var video = videos.Accept(order, marks);
            return Task.FromResult(Answer.OfJson(200, Json(context, video, Moment(video))));
        });

    private SimulatedVideo Find(HttpContext context) => Find((string)context.Request.RouteValues["id"]!);

    private SimulatedVideo Find(string id) => videos.Find(id) ?? throw RefusalException.NoSuchVideo(id);

    private VideoMoment Moment(SimulatedVideo video) => VideoTimeline.At(video, options.Clock.GetUtcNow(), options.ContentLifetime);

    private JsonObject Json(HttpContext context, SimulatedVideo video, VideoMoment moment) =>
        VideoJson.Of(video, moment, options, urls.For(context.Request, video, "video"));

    private IReadOnlyList<(string, string)> PollHint() =>
        options.PollAfter is { } time ? [("openai-poll-after-ms", time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture))] : [];

    private void RefuseWithoutRemix(HttpContext context)
    {
        if (!HasRemix)
            throw RefusalException.NoSuchRoute(404, context.Request.Method, context.Request.Path);
    }

    private async Task<RequestBody> ReadAsync(HttpContext context, params string[] names)
    {
        var body = await RequestBodyReader.ReadAsync(context.Request, context.RequestAborted);
        if (OrderRules.IsStrict(options.Dialect))
            OrderRules.RefuseUnknown(body, names);
        return body;
    }

    /// <summary>The video an edit or extension names; null where its file was uploaded.</summary>
    private SimulatedVideo? Source(RequestBody body)
    {
        if (body.Files.ContainsKey("video"))
            return null;
        return Find(OrderRules.Text(body, "video[id]") ?? throw RefusalException.Missing("video"));
    }

    private VideoOrder OrderFrom(SimulatedVideo? source, RequestBody body, int moreSeconds)
    {
        var prompt = OrderRules.Prompt(body);
        if (source is null)
            return new VideoOrder(prompt, "sora-2", "720x1280", 4 + moreSeconds);
        return Moment(source).Phase == Phase.Completed
            ? new VideoOrder(prompt, source.Model, source.Size, source.Seconds + moreSeconds) { RemixedFromVideoId = source.Id }
            : throw new RefusalException(400, $"Video with id '{source.Id}' is not completed.") { Param = "video_id", Code = "video_not_completed" };
    }

    private static int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return 20;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit <= 100
            ? limit
            : throw RefusalException.Invalid("limit", "invalid_value", $"Invalid 'limit': expected an integer between 0 and 100, but got '{text}' instead.");
    }

    private static ListOrder Order(string? text) => text switch
    {
        null or "" or "desc" => ListOrder.Descending,
        "asc" => ListOrder.Ascending,
        _ => throw RefusalException.Invalid("order", "invalid_value", $"Invalid value: '{text}'. Supported values are: 'asc', 'desc'."),
    };
}
