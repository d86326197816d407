using System.Globalization;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>A video and a page as the provider's dialect writes them.</summary>
internal static class ProviderJson
{
    public static JsonObject Of(Provider provider, ProviderVideo video, DateTimeOffset at)
    {
        var habits = provider.Habits;
        var status = video.StatusAt(at);
        var json = new JsonObject
        {
            ["id"] = video.Id,
            ["object"] = "video",
            ["status"] = habits.OddWords ? status switch { "queued" => "submitted", "in_progress" => "processing", _ => status } : status,
            ["progress"] = status is "completed" or "failed" ? 100 : Math.Clamp((int)((at - video.AcceptedAt) / (video.DoneAt - video.AcceptedAt) * 100), 0, 99),
            ["size"] = video.Size,
            ["seconds"] = Seconds(video, habits),
        };
        if (habits.Model != ModelName.Missing)
            json["model"] = habits.Model == ModelName.Dated ? $"{video.Model}-2026-01-31" : video.Model;
        if (habits.GivesPrompts)
            json["prompt"] = video.Prompt;
        if (video.RemixedFrom is not null && !provider.HidesSources)
            json["remixed_from_video_id"] = video.RemixedFrom;
        if (habits.CreatedAt != TimeForm.Missing)
            json["created_at"] = Time(video.AcceptedAt + habits.Skew, habits.CreatedAt);
        if (status == "completed")
        {
            json["completed_at"] = Time(video.DoneAt + habits.Skew, TimeForm.Seconds);
            if (habits.SaysExpiry)
                json["expires_at"] = Time(video.ExpiresAt, TimeForm.Seconds);
            if (habits.GivesUrl)
                json["url"] = $"/v1/videos/{video.Id}/content";
        }

        if (status == "failed")
            json["error"] = new JsonObject { ["code"] = video.FailsWith, ["message"] = "It could not be rendered." };
        return json;
    }

    public static string Page(Provider provider, IReadOnlyList<ProviderVideo> videos, bool hasMore)
    {
        var page = new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. videos.Select(video => Of(provider, video, Listed(provider, video)))]) };
        if (provider.Habits.SaysHasMore)
            page["has_more"] = hasMore;
        if (provider.Habits.SaysLastId && videos.Count > 0)
            page["last_id"] = videos[^1].Id;
        return page.ToJsonString();
    }

    private static DateTimeOffset Listed(Provider provider, ProviderVideo video) =>
        provider.Now - provider.Habits.ListBehind is var at && at > video.AcceptedAt ? at : video.AcceptedAt;

    private static JsonValue? Seconds(ProviderVideo video, Habits habits) =>
        video.Seconds is null ? null
        : habits.SecondsAsNumber ? JsonValue.Create(int.Parse(video.Seconds, CultureInfo.InvariantCulture)) : JsonValue.Create(video.Seconds);

    private static JsonValue Time(DateTimeOffset time, TimeForm form) => form switch
    {
        TimeForm.Fraction => JsonValue.Create(time.ToUnixTimeMilliseconds() / 1000.0),
        TimeForm.Milliseconds => JsonValue.Create(time.ToUnixTimeMilliseconds()),
        TimeForm.Text => JsonValue.Create(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(time.ToUnixTimeSeconds()),
    };
}
