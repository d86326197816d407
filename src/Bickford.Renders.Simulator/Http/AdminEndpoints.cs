using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Simulator;

/// <summary>Looks into a running simulator and changes its faults. Outside of the API, without a key: a simulator guards nothing.</summary>
internal sealed class AdminEndpoints(FaultPlan faults, VideoLibrary videos, RequestLog requests, AnswerWriter writer)
{
    public Task ListFaultsAsync(HttpContext context) =>
        writer.WriteAsync(context, Answer.OfJson(200, new JsonObject { ["faults"] = new JsonArray([.. faults.Rules.Select(Json)]) }));

    public async Task AddFaultAsync(HttpContext context)
    {
        JsonNode? body;
        try
        {
            body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException)
        {
            body = null;
        }

        if (body is not JsonObject json || json["rule"] is not JsonValue value || !value.TryGetValue<string>(out var text))
            throw new RefusalException(400, "Send a JSON object such as {\"rule\":\"create:drop-after:times=1\"}.");
        if (!FaultText.TryParse(text, out var rule, out var problem))
            throw new RefusalException(400, problem);
        var id = faults.Add(rule);
        await writer.WriteAsync(context, Answer.OfJson(201, Json(new FaultEntry(id, rule, 0, 0))));
    }

    public Task ClearFaultsAsync(HttpContext context)
    {
        var count = faults.Rules.Count;
        faults.Clear();
        return writer.WriteAsync(context, Answer.OfJson(200, new JsonObject { ["deleted"] = count }));
    }

    public Task RemoveFaultAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !faults.Remove(number))
            throw new RefusalException(404, $"There is no fault rule '{id}'.");
        return writer.WriteAsync(context, Answer.OfJson(200, new JsonObject { ["deleted"] = 1 }));
    }

    public Task ListVideosAsync(HttpContext context)
    {
        var creates = videos.Creates;
        return writer.WriteAsync(context, Answer.OfJson(200, new JsonObject
        {
            ["creates"] = creates.Count,
            ["accepted"] = new JsonArray([.. creates.Select(Json)]),
            ["current"] = new JsonArray([.. videos.Current.Select(video => (JsonNode)video.Id)]),
            ["deleted"] = new JsonArray([.. videos.Deleted.Select(video => (JsonNode)video.Id)]),
        }));
    }

    public Task ListRequestsAsync(HttpContext context) =>
        writer.WriteAsync(context, Answer.OfJson(200, new JsonObject
        {
            ["total"] = requests.Total,
            ["refused_tokens"] = requests.RefusedTokens,
            ["requests"] = new JsonArray([.. requests.Entries.Select(Json)]),
        }));

    private static JsonObject Json(FaultEntry entry) => new()
    {
        ["id"] = entry.Id,
        ["rule"] = entry.Rule.ToString(),
        ["matches"] = entry.Matches,
        ["strikes"] = entry.Strikes,
    };

    private static JsonObject Json(SimulatedVideo video) => new()
    {
        ["id"] = video.Id,
        ["ordinal"] = video.Ordinal,
        ["model"] = video.Model,
        ["prompt"] = video.Prompt,
        ["size"] = video.Size,
        ["seconds"] = video.Seconds,
        ["reference_sha256"] = video.ReferenceSha256,
        ["remixed_from_video_id"] = video.RemixedFromVideoId,
        ["created_at"] = video.CreatedAt.ToUnixTimeMilliseconds() / 1000.0,
    };

    private static JsonObject Json(LoggedRequest request) => new()
    {
        ["at"] = request.At.ToString("O", CultureInfo.InvariantCulture),
        ["method"] = request.Method,
        ["path"] = request.Path,
        ["query"] = request.Query,
        ["carried_token"] = request.CarriedToken,
        ["status"] = request.Status,
    };
}
