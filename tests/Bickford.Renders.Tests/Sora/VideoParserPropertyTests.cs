using System.Text.Json;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Whatever bytes a server sends are a video that can be used, or none.</summary>
public sealed class VideoParserPropertyTests
{
    private static readonly Uri Base = new("https://api.example.test/v1/");
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A whole Video, and what of the parsed one each field may change.</summary>
    private static readonly (string Name, string Json, Func<Video, Video, Video> Unchanged)[] Fields =
    [
        ("object", "\"video\"", (read, _) => read),
        ("model", "\"sora-2\"", (read, whole) => read with { Model = whole.Model }),
        ("status", "\"completed\"", (read, whole) => read with { Status = whole.Status, StatusText = whole.StatusText }),
        ("progress", "100", (read, whole) => read with { Progress = whole.Progress }),
        ("created_at", "1772366400", (read, whole) => read with { CreatedAt = whole.CreatedAt }),
        ("completed_at", "1772366460", (read, whole) => read with { CompletedAt = whole.CompletedAt }),
        ("expires_at", "1772370060", (read, whole) => read with { ExpiresAt = whole.ExpiresAt }),
        ("size", "\"1280x720\"", (read, whole) => read with { Size = whole.Size }),
        ("seconds", "\"4\"", (read, whole) => read with { Seconds = whole.Seconds }),
        ("prompt", "\"A lighthouse in fog\"", (read, whole) => read with { Prompt = whole.Prompt }),
        ("remixed_from_video_id", "\"video_0\"", (read, whole) => read with { RemixedFromVideoId = whole.RemixedFromVideoId }),
        ("url", "\"https://cdn.example.test/a.mp4\"", (read, whole) => read with { ContentUrl = whole.ContentUrl }),
        ("error", "null", (read, whole) => read with { Error = whole.Error }),
    ];

    private static readonly string[] Names = [.. Fields.Select(field => field.Name), "id", "video_url", "message", "code", "type", "param", "detail", "loc", "msg", "data", "has_more", "last_id"];

    [Fact]
    public void Whatever_a_server_answers_is_a_video_that_can_be_used_or_none() => Fuzz.Check(2_000, Answer, body =>
    {
        using var json = VideoParser.TryRead(body);
        if (json is null)
            return;
        ShouldBeUsable(VideoParser.TryVideo(json.RootElement, Base));
        ShouldBeUsable(VideoParser.TryEndedVideo(json.RootElement, "video_1", Base));
        var error = ProviderError.From(json.RootElement);
        ShouldBeOneLine(error.Code, 101);
        ShouldBeOneLine(error.Type, 101);
        ShouldBeOneLine(error.Param, 101);
    });

    [Fact]
    public void A_field_that_is_nonsense_spoils_no_other()
    {
        var whole = Read(Whole(null, ""))!;
        Fuzz.Check(2_000, random => (random.Pick(Fields).Name, Arbitrary.Json(random, 2, Names)), input =>
        {
            var (name, nonsense) = input;
            if (Read(Whole(name, nonsense)) is { } read)
                Fields.Single(field => field.Name == name).Unchanged(read, whole).ShouldBe(whole);
            else
                VideoParser.TryRead(System.Text.Encoding.UTF8.GetBytes(Whole(name, nonsense))).ShouldBeNull("it is JSON, and the id is right");
        });
    }

    [Fact]
    public void A_page_is_read_whole_or_not_at_all() => Fuzz.Check(1_000, Page, input =>
    {
        using var json = VideoParser.TryRead(input.Body);
        if (json is null || PageParser.TryPage(json.RootElement, input.After, null, Base) is not { } page)
            return;
        var items = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement : json.RootElement.GetProperty("data");
        page.Videos.Count.ShouldBe(items.GetArrayLength());
        foreach (var video in page.Videos)
            ShouldBeUsable(video);
        if (page.NextAfter is { } next)
            ShouldStayBelow(new Endpoint(Options).Page(VideoOrder.Descending, next, 100), "/v1/videos");
    });

    private static VideosApiOptions Options => new() { BaseUrl = Base.AbsoluteUri };

    private static byte[] Answer(Random random) =>
        Arbitrary.Body(random, random.Chance(0.5) ? Arbitrary.Json(random, 4, Names) : Whole(random.Pick(Names), Arbitrary.Json(random, 3, Names)));

    private static (byte[] Body, string? After) Page(Random random)
    {
        var items = Enumerable.Range(0, random.Next(4)).Select(_ => random.Chance(0.9) ? Whole("id", Arbitrary.JsonText(random, Arbitrary.Text(random))) : Arbitrary.Json(random, 2, Names));
        var rest = string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => $",\"{random.Pick("has_more", "last_id", "first_id", "data")}\":{Arbitrary.Json(random, 1)}"));
        return (Arbitrary.Body(random, $"{{\"object\":\"list\",\"data\":[{string.Join(',', items)}]{rest}}}"), random.Chance(0.5) ? "video_1" : null);
    }

    private static string Whole(string? replaced, string json) =>
        $"{{{string.Join(',', Fields.Select(field => (field.Name, field.Json)).Prepend(("id", "\"video_1\"")).Where(field => field.Item1 != replaced).Append((replaced ?? "none", replaced is null ? "1" : json)).Select(field => $"\"{field.Item1}\":{field.Item2}"))}}}";

    private static Video? Read(string text)
    {
        using var json = VideoParser.TryRead(System.Text.Encoding.UTF8.GetBytes(text));
        return json is null ? null : VideoParser.TryVideo(json.RootElement, Base);
    }

    private static void ShouldBeUsable(Video? video)
    {
        if (video is null)
            return;
        ShouldStayBelow(new Endpoint(Options).Video(video.Id, "/content"), "/v1/videos/", "/content");
        (video.Progress is null or (>= 0 and <= 100)).ShouldBeTrue();
        ShouldBeOneLine(video.StatusText, 201);
        ShouldBeOneLine(video.Model, 201);
        ShouldBeOneLine(video.Size, 201);
        ShouldBeOneLine(video.Seconds, 201);
        ShouldBeOneLine(video.Error?.Code, 101);
        // A time that is counted on from must leave room for it in the calendar.
        foreach (var time in new[] { video.CreatedAt, video.CompletedAt, video.ExpiresAt })
            (time is null || (time >= Earliest && time < Latest)).ShouldBeTrue($"{time:O}");
        (video.ContentUrl is null || (video.ContentUrl.IsAbsoluteUri && video.ContentUrl.Scheme is "http" or "https")).ShouldBeTrue();
    }

    private static void ShouldStayBelow(Uri url, string path, string end = "")
    {
        url.GetLeftPart(UriPartial.Authority).ShouldBe("https://api.example.test");
        url.AbsolutePath.ShouldStartWith(path);
        url.AbsolutePath.ShouldEndWith(end);
        url.AbsolutePath.Count(c => c == '/').ShouldBe(path.Count(c => c == '/') + end.Count(c => c == '/'));
        url.Fragment.ShouldBe("");
    }

    private static void ShouldBeOneLine(string? text, int longest)
    {
        if (text is null)
            return;
        text.Length.ShouldBeLessThanOrEqualTo(longest);
        text.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator).ShouldBeFalse();
    }
}
