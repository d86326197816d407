using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>Reads a page of a list and decides where the next one begins. Pure.</summary>
internal static class PageParser
{
    /// <summary>The most videos of one page. 100 are asked for; servers that do not know pages give all they have.</summary>
    public const int MaxVideos = 10_000;

    /// <summary>Reads a page.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="after">What was asked for; a page that ends where it began is the last, unless the server says that there is more.</param>
    /// <param name="serverTime">The <c>Date</c> header.</param>
    /// <param name="baseUrl">What relative content addresses are relative to.</param>
    /// <returns>
    /// Null where it is no list, is too long, or an item has no usable id: whoever searches a list for a lost create must not believe one with holes.
    /// </returns>
    public static VideoPage? TryPage(JsonElement json, string? after, DateTimeOffset? serverTime, Uri baseUrl)
    {
        if (!TryItems(json, out var items) || items.GetArrayLength() > MaxVideos)
            return null;

        var videos = new List<Video>(items.GetArrayLength());
        foreach (var item in items.EnumerateArray())
        {
            if (VideoParser.TryVideo(item, baseUrl) is not { } video)
                return null;
            videos.Add(video);
        }

        return new VideoPage(videos, NextAfter(json, videos, after), serverTime);
    }

    /// <summary>What is wrong with an answer that is no page, as the end of a sentence.</summary>
    public static string Problem(JsonElement? json) =>
        json is { } answer && TryItems(answer, out var items) && items.GetArrayLength() > MaxVideos
            ? string.Create(CultureInfo.InvariantCulture, $"it lists {items.GetArrayLength()} videos at once, at most {MaxVideos} are read")
            : "it is no list of videos";

    private static bool TryItems(JsonElement json, out JsonElement items)
    {
        items = json;
        return json.ValueKind == JsonValueKind.Array || (LenientJson.TryField(json, "data", out items) && items.ValueKind == JsonValueKind.Array);
    }

    private static string? NextAfter(JsonElement json, List<Video> videos, string? after)
    {
        // Without has_more only an empty page is the end: a server may give fewer than it was asked for. To ask once more costs a read, to stop too early can
        // cost a second create.
        var more = LenientJson.Flag(json, "has_more");
        if (more == false || videos.Count == 0)
            return null;
        var next = LenientJson.Text(json, "last_id") is { } last && VideoId.IsRight(last) ? last : videos[^1].Id;
        // The same again, but more is said to be there: a server that does not heed `after`. Whoever follows sees that it leads nowhere, and that the rest was not read.
        return next == after && more != true ? null : next;
    }
}
