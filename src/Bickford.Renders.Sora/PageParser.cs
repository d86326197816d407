using System.Text.Json;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>Reads a page of a list and decides where the next one begins. Pure.</summary>
internal static class PageParser
{
    /// <summary>Reads a page.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="after">What was asked for; a page that ends where it began is the last.</param>
    /// <param name="limit">How many were asked for.</param>
    /// <param name="serverTime">The <c>Date</c> header.</param>
    /// <param name="baseUrl">What relative content addresses are relative to.</param>
    /// <returns>
    /// Null where it is no list, or an item has no usable id: whoever searches a list for a lost create must not believe one with holes.
    /// </returns>
    public static VideoPage? TryPage(JsonElement json, string? after, int limit, DateTimeOffset? serverTime, Uri baseUrl)
    {
        var items = json;
        if (json.ValueKind != JsonValueKind.Array && (!LenientJson.TryField(json, "data", out items) || items.ValueKind != JsonValueKind.Array))
            return null;

        var videos = new List<Video>(Math.Min(items.GetArrayLength(), 1000));
        foreach (var item in items.EnumerateArray())
        {
            if (VideoParser.TryVideo(item, baseUrl) is not { } video)
                return null;
            videos.Add(video);
        }

        return new VideoPage(videos, NextAfter(json, videos, after, limit), serverTime);
    }

    private static string? NextAfter(JsonElement json, List<Video> videos, string? after, int limit)
    {
        // Without has_more only an empty page is the end: a server may give fewer than it was asked for. To ask once more costs a read, to stop too early can
        // cost a second create.
        if (LenientJson.Flag(json, "has_more") == false || videos.Count == 0)
            return null;
        var next = LenientJson.Text(json, "last_id") is { } last && VideoId.IsRight(last) ? last : videos[^1].Id;
        return next == after ? null : next;
    }
}
