using System.Text;
using System.Text.Json;
using Bickford.Renders.Sora;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

public class VideoParserTests
{
    private static readonly Uri Base = new("https://api.example.test/v1/");

    private static Video? Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return VideoParser.TryVideo(document.RootElement, Base);
    }

    [Fact]
    public void Reads_every_field_of_the_official_description()
    {
        var video = Parse("""
            {"id":"video_1","object":"video","model":"sora-2","status":"in_progress","progress":37,"created_at":1767225600,"completed_at":1767225700,
             "expires_at":1767229300,"size":"720x1280","seconds":"8","prompt":"a cat","remixed_from_video_id":"video_0","error":null}
            """)!;

        video.Id.ShouldBe("video_1");
        video.Status.ShouldBe(VideoStatus.InProgress);
        video.StatusText.ShouldBe("in_progress");
        video.Progress.ShouldBe(37);
        video.Model.ShouldBe("sora-2");
        video.Size.ShouldBe("720x1280");
        video.Seconds.ShouldBe("8");
        video.Prompt.ShouldBe("a cat");
        video.RemixedFromVideoId.ShouldBe("video_0");
        video.CreatedAt.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        video.CompletedAt.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 1, 40, TimeSpan.Zero));
        video.ExpiresAt.ShouldBe(new DateTimeOffset(2026, 1, 1, 1, 1, 40, TimeSpan.Zero));
        video.Error.ShouldBeNull();
    }

    [Fact]
    public void An_id_alone_is_a_video_of_unknown_status()
    {
        var video = Parse("""{"id":"v"}""")!;

        video.Status.ShouldBe(VideoStatus.Unknown);
        video.StatusText.ShouldBe("");
        (video.Progress, video.Seconds, video.CreatedAt, video.Error, video.ContentUrl).ShouldBe((null, null, null, null, null));
    }

    [Theory]
    [InlineData("queued", VideoStatus.Queued)]
    [InlineData("submitted", VideoStatus.Queued)]
    [InlineData("in_progress", VideoStatus.InProgress)]
    [InlineData("processing", VideoStatus.InProgress)]
    [InlineData("completed", VideoStatus.Completed)]
    [InlineData("COMPLETED", VideoStatus.Completed)]
    [InlineData("failed", VideoStatus.Failed)]
    [InlineData("cancelled", VideoStatus.Cancelled)]
    [InlineData("canceled", VideoStatus.Cancelled)]
    [InlineData("expired", VideoStatus.Expired)]
    [InlineData("deleted", VideoStatus.Deleted)]
    [InlineData("marinating", VideoStatus.Unknown)]
    public void Knows_the_words_that_servers_use(string word, VideoStatus status) => Parse($$"""{"id":"v","status":"{{word}}"}""")!.Status.ShouldBe(status);

    [Theory]
    [InlineData("8", "8")]
    [InlineData("\"8\"", "8")]
    [InlineData("8.0", "8")]
    [InlineData("\"8.50\"", "8.5")]
    [InlineData("\"8s\"", "8s")]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    public void Seconds_may_be_text_or_number(string json, string? seconds) => Parse($$"""{"id":"v","seconds":{{json}}}""")!.Seconds.ShouldBe(seconds);

    [Theory]
    [InlineData("41", 41)]
    [InlineData("41.9", 41)]
    [InlineData("\"41\"", 41)]
    [InlineData("\"41%\"", 41)]
    [InlineData("1e30", null)]
    [InlineData("250", 100)]
    [InlineData("-3", 0)]
    [InlineData("\"soon\"", null)]
    [InlineData("[]", null)]
    public void Progress_may_be_text_or_number_and_stays_within_a_hundred(string json, int? progress) =>
        Parse($$"""{"id":"v","progress":{{json}}}""")!.Progress.ShouldBe(progress);

    [Theory]
    [InlineData("1767225600")]
    [InlineData("1767225600.75")]
    [InlineData("\"1767225600\"")]
    [InlineData("1767225600123")]
    [InlineData("\"2026-01-01T00:00:00Z\"")]
    [InlineData("\"2026-01-01T01:00:00+01:00\"")]
    public void Times_may_be_seconds_milliseconds_or_text(string json) =>
        Parse($$"""{"id":"v","created_at":{{json}}}""")!.CreatedAt!.Value.ToUnixTimeSeconds().ShouldBe(1767225600);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1e25")]
    [InlineData("\"yesterday\"")]
    [InlineData("253402300799")]
    [InlineData("\"9999-12-31T23:59:59Z\"")]
    [InlineData("\"0001-01-01T00:00:00Z\"")]
    public void A_time_that_is_none_is_left_out(string json) => Parse($$"""{"id":"v","completed_at":{{json}}}""")!.CompletedAt.ShouldBeNull();

    [Theory]
    [InlineData("""{"code":"moderation_blocked","message":"no"}""", "moderation_blocked", "no")]
    [InlineData("""{"code":500,"message":"out of memory"}""", "500", "out of memory")]
    [InlineData("""{"message":"no"}""", null, "no")]
    [InlineData("""{"type":"server_error","message":"no"}""", "server_error", "no")]
    [InlineData("\"it broke\"", null, "it broke")]
    [InlineData("""{"detail":"it broke"}""", null, "it broke")]
    [InlineData("""[{"loc":["body","size"],"msg":"wrong"}]""", null, "body.size: wrong")]
    [InlineData("\"line\\r\\nbreak\\u0000\"", null, "line break")]
    public void Errors_come_in_many_shapes(string json, string? code, string message)
    {
        var error = Parse($$"""{"id":"v","status":"failed","error":{{json}}}""")!.Error!;

        (error.Code, error.Message).ShouldBe((code, message));
    }

    [Theory]
    [InlineData("""{"id":"v","status":"failed","detail":"it broke"}""", "it broke")]
    [InlineData("""{"id":"v","status":"completed","error":""}""", null)]
    [InlineData("""{"id":"v","status":"completed","error":{}}""", null)]
    [InlineData("""{"id":"v","status":"queued","detail":"2 jobs ahead"}""", null)]
    public void A_detail_explains_a_failure_and_an_empty_error_is_none(string json, string? message) => (Parse(json)!.Error?.Message).ShouldBe(message);

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":".."}""")]
    [InlineData("""{"id":"a\nb"}""")]
    [InlineData("""{"id":"a\ud800"}""")]
    [InlineData("""{"id":{"x":1}}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("\"v\"")]
    public void Without_a_usable_id_there_is_no_video(string json) => Parse(json).ShouldBeNull();

    [Fact]
    public void An_id_has_up_to_512_characters_and_may_be_a_number()
    {
        Parse($$"""{"id":"{{new string('a', 512)}}"}""").ShouldNotBeNull();
        Parse($$"""{"id":"{{new string('a', 513)}}"}""").ShouldBeNull();
        Parse("""{"id":17}""")!.Id.ShouldBe("17");
    }

    [Theory]
    [InlineData("""{"id":"v","url":"https://cdn.example.test/a.mp4?sig=1"}""", "https://cdn.example.test/a.mp4?sig=1")]
    [InlineData("""{"id":"v","url":null,"video_url":"https://cdn.example.test/b.mp4"}""", "https://cdn.example.test/b.mp4")]
    [InlineData("""{"id":"v","url":"/files/a.mp4"}""", "https://api.example.test/files/a.mp4")]
    [InlineData("""{"id":"v","url":"file:///etc/passwd"}""", null)]
    [InlineData("""{"id":"v","url":"https://user:password@cdn.example.test/a.mp4"}""", null)]
    [InlineData("""{"id":"v","url":""}""", null)]
    [InlineData("""{"id":"v","url":7}""", "https://api.example.test/v1/7")]
    public void Some_servers_say_where_the_content_is(string json, string? url) => (Parse(json)!.ContentUrl?.AbsoluteUri).ShouldBe(url);

    [Fact]
    public void A_name_that_is_half_a_surrogate_pair_spoils_no_field()
    {
        var video = Parse("""{"\ud83c":1,"id":"v","prompt":"A lighthouse","\udfac":{},"prompt":"A lighthouse in fog"}""")!;

        (video.Id, video.Prompt, video.Model).ShouldBe(("v", "A lighthouse in fog", null));
    }

    [Fact]
    public void Bodies_that_are_no_json_or_nested_without_end_are_not_read()
    {
        VideoParser.TryRead("<html>"u8.ToArray()).ShouldBeNull();
        VideoParser.TryRead(""u8.ToArray()).ShouldBeNull();
        VideoParser.TryRead(Encoding.UTF8.GetBytes(new string('[', 1_000_000))).ShouldBeNull();
        using var marked = VideoParser.TryRead("\uFEFF{\"id\":\"v\"}"u8.ToArray());
        marked.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"id":"v","status":"failed","error":{"code":500}}""", true)]
    [InlineData("""{"id":"x","object":"video","status":"failed"}""", true)]
    [InlineData("""{"id":"v","status":"cancelled"}""", true)]
    [InlineData("""{"id":"req_7","status":"failed","error":{"message":"no"}}""", false)]
    [InlineData("""{"id":"v","error":{"message":"no"}}""", false)]
    [InlineData("""{"id":"v","status":500}""", false)]
    [InlineData("""{"id":"v","status":"in_progress"}""", false)]
    [InlineData("""{"error":{"message":"no"}}""", false)]
    public void A_failed_video_is_told_from_an_error_envelope(string json, bool isVideo)
    {
        using var document = JsonDocument.Parse(json);

        (VideoParser.TryEndedVideo(document.RootElement, "v", Base) is not null).ShouldBe(isVideo);
    }
}
