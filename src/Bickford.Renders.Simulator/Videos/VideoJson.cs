using System.Globalization;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Simulator;

/// <summary>A video as each server writes it.</summary>
internal static class VideoJson
{
    public static JsonObject Of(SimulatedVideo video, VideoMoment moment, SimulatorOptions options, string contentUrl)
    {
        var dialect = options.Dialect;
        var json = new JsonObject
        {
            ["id"] = video.Id,
            ["object"] = "video",
            ["model"] = video.Model,
            ["status"] = Status(moment, dialect),
            ["progress"] = moment.Progress,
            ["created_at"] = video.CreatedAt.ToUnixTimeSeconds(),
            ["completed_at"] = moment.CompletedAt?.ToUnixTimeSeconds(),
            ["expires_at"] = moment.ExpiresAt?.ToUnixTimeSeconds(),
            ["prompt"] = options.ListsPrompts ? video.Prompt : null,
            ["size"] = video.Size,
            ["seconds"] = dialect == Dialect.Sglang ? video.Seconds : video.Seconds.ToString(CultureInfo.InvariantCulture),
            ["remixed_from_video_id"] = video.RemixedFromVideoId,
            ["error"] = moment.Failure is { } failure ? Error(failure, dialect) : null,
        };
        if (dialect == Dialect.Gateway && moment.Content == ContentState.Ready)
            json[video.Ordinal % 2 == 0 ? "video_url" : "url"] = contentUrl;
        if (dialect == Dialect.LiteLlm)
        {
            json["usage"] = new JsonObject { ["duration_seconds"] = (double)video.Seconds };
            foreach (var empty in json.Where(field => field.Value is null).Select(field => field.Key).ToArray())
                json.Remove(empty);
        }

        return json;
    }

    public static string Status(VideoMoment moment, Dialect dialect) => moment switch
    {
        { Failure: { } failure } => failure.Status,
        { Phase: Phase.Queued } => dialect == Dialect.Gateway ? "submitted" : "queued",
        { Phase: Phase.InProgress } => dialect == Dialect.Gateway ? "processing" : "in_progress",
        _ => "completed",
    };

    /// <summary>The HTTP status with which vLLM-Omni answers about a failed video; also the error code it gives.</summary>
    public static int FailureStatus(Failure failure)
    {
        if (int.TryParse(failure.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and < 600)
            return status;
        return failure.Code is "moderation_blocked" or "content_filter" or "content_policy_violation" or "sentinel_block" ? 400 : 500;
    }

    private static JsonObject Error(Failure failure, Dialect dialect) => dialect switch
    {
        Dialect.VllmOmni => new JsonObject { ["code"] = FailureStatus(failure), ["message"] = failure.Message },
        Dialect.Sglang => new JsonObject { ["message"] = failure.Message },
        _ => new JsonObject { ["code"] = failure.Code, ["message"] = failure.Message },
    };
}
