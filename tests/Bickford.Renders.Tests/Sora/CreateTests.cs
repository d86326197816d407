using System.Net;
using System.Text.Json;
using Bickford.Renders.Sora;
using Bickford.Renders.Videos;
using static Bickford.Renders.Tests.Sora.ScriptedHandler;

namespace Bickford.Renders.Tests.Sora;

public class CreateTests
{
    private const string Queued = """{"id":"video_1","status":"queued"}""";

    private static readonly CreateVideoRequest Cat = new("a cat, \"quoted\" — ünïcode") { Model = "sora-2", Size = "720x1280", Seconds = 8 };
    private static readonly VideoReference Picture = new("PICTURE"u8.ToArray(), "C:\\me\\my \"cat\"\r\nX: é.png", "image/png");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedHandler Server(HttpStatusCode status, string json, params (string, string)[] headers) => Answers(() => Json(status, json, headers));

    [Fact]
    public async Task Text_alone_goes_as_json_with_the_key_and_the_settings_headers()
    {
        var server = Server(HttpStatusCode.OK, Queued, ("openai-poll-after-ms", "3000"));
        using var client = server.Client(configure: static o =>
        {
            o.Headers["X-Tenant"] = "t-1";
            o.ExtraFields["fps"] = "24";
            o.ExtraFields["note"] = "plain";
            o.ExtraFields["code"] = "\"007\"";
        });

        var video = await client.CreateAsync(Cat, Cancel);

        (video.Id, video.Status, video.PollAfter).ShouldBe(("video_1", VideoStatus.Queued, TimeSpan.FromSeconds(3)));
        var request = server.Seen.ShouldHaveSingleItem();
        request.Method.ShouldBe(HttpMethod.Post);
        request.Url.AbsoluteUri.ShouldBe("https://8.8.8.8/v1/videos");
        request.Headers["Authorization"].ShouldBe(["Bearer sk-secret-key"]);
        request.Headers["X-Tenant"].ShouldBe(["t-1"]);
        request.Headers["Content-Type"].ShouldBe(["application/json"]);
        using var body = JsonDocument.Parse(request.Body);
        body.RootElement.GetProperty("prompt").GetString().ShouldBe(Cat.Prompt);
        body.RootElement.GetProperty("model").GetString().ShouldBe("sora-2");
        body.RootElement.GetProperty("size").GetString().ShouldBe("720x1280");
        body.RootElement.GetProperty("seconds").GetString().ShouldBe("8");
        body.RootElement.GetProperty("fps").GetInt32().ShouldBe(24);
        body.RootElement.GetProperty("note").GetString().ShouldBe("plain");
        body.RootElement.GetProperty("code").GetString().ShouldBe("007");
        body.RootElement.TryGetProperty("input_reference", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_null_is_left_to_the_server()
    {
        var server = Server(HttpStatusCode.OK, Queued);
        using var client = server.Client();

        await client.CreateAsync(new CreateVideoRequest("x"), Cancel);

        server.Seen[0].Text.ShouldBe("""{"prompt":"x"}""");
    }

    [Fact]
    public async Task A_reference_goes_as_multipart_with_quoted_names_and_an_unquoted_boundary()
    {
        var server = Server(HttpStatusCode.OK, Queued);
        using var client = server.Client(configure: static o => o.ExtraFields["fps"] = "24");

        await client.CreateAsync(Cat with { Reference = Picture }, Cancel);

        var request = server.Seen[0];
        var type = request.Headers["Content-Type"].ShouldHaveSingleItem();
        type.ShouldStartWith("multipart/form-data; boundary=renders-");
        type.ShouldNotContain("\"");
        var boundary = type[(type.IndexOf('=', StringComparison.Ordinal) + 1)..];
        request.Text.ShouldBe(string.Join("\r\n",
            $"--{boundary}", "Content-Disposition: form-data; name=\"prompt\"", "", Cat.Prompt,
            $"--{boundary}", "Content-Disposition: form-data; name=\"model\"", "", "sora-2",
            $"--{boundary}", "Content-Disposition: form-data; name=\"size\"", "", "720x1280",
            $"--{boundary}", "Content-Disposition: form-data; name=\"seconds\"", "", "8",
            $"--{boundary}", "Content-Disposition: form-data; name=\"fps\"", "", "24",
            $"--{boundary}", "Content-Type: image/png", "Content-Disposition: form-data; name=\"input_reference\"; filename=\"my _cat___X_ _.png\"", "", "PICTURE",
            $"--{boundary}--", ""));
    }

    [Theory]
    [InlineData("cat.png", "cat.png")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("a\"; filename=\"b", "a__ filename__b")]
    [InlineData("猫", "reference.webp")]
    [InlineData("", "reference.webp")]
    [InlineData("..", "reference.webp")]
    public void File_names_are_safe_for_every_form_parser(string name, string safe) =>
        CreateBody.FileName(new VideoReference(default, name, "image/webp")).ShouldBe(safe);

    [Fact]
    public async Task Multipart_and_json_can_be_forced()
    {
        var server = Server(HttpStatusCode.OK, Queued);
        using var forms = server.Client(configure: static o => o.Format = RequestFormat.Multipart);
        using var json = server.Client(configure: static o => o.Format = RequestFormat.Json);

        await forms.CreateAsync(Cat, Cancel);
        await forms.RemixAsync("v", "again", Cancel);
        await forms.ExtendAsync("video_1", "on", 8, Cancel);
        await json.CreateAsync(Cat with { Reference = Picture }, Cancel);

        server.Seen[0].Headers["Content-Type"].Single().ShouldStartWith("multipart/form-data;");
        server.Seen[1].Headers["Content-Type"].Single().ShouldStartWith("multipart/form-data;");
        server.Seen[2].Text.ShouldContain("form-data; name=\"video[id]\"\r\n\r\nvideo_1\r\n");
        server.Seen[2].Text.ShouldContain("form-data; name=\"seconds\"\r\n\r\n8\r\n");
        using var body = JsonDocument.Parse(server.Seen[3].Body);
        body.RootElement.GetProperty("input_reference").GetProperty("image_url").GetString().ShouldBe("data:image/png;base64,UElDVFVSRQ==");
    }

    [Fact]
    public async Task A_reference_of_another_kind_is_refused_before_any_request()
    {
        var server = Server(HttpStatusCode.OK, Queued);
        using var client = server.Client();

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat with { Reference = Picture with { ContentType = "image/gif" } }, Cancel));

        (failure.Fault, failure.Effect).ShouldBe((VideosFault.InvalidRequest, RequestEffect.None));
        server.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_remix_posts_the_prompt_below_its_source_as_one_path_segment()
    {
        var server = Server(HttpStatusCode.Created, """{"id":"video_2","remixed_from_video_id":"a/../b?c"}""");
        using var client = server.Client();

        var video = await client.RemixAsync("a/../b?c", "make it blue", Cancel);

        video.RemixedFromVideoId.ShouldBe("a/../b?c");
        server.Seen[0].Url.AbsoluteUri.ShouldBe("https://8.8.8.8/v1/videos/a%2F..%2Fb%3Fc/remix");
        server.Seen[0].Text.ShouldBe("""{"prompt":"make it blue"}""");
    }

    [Fact]
    public async Task Edits_and_extensions_name_their_source_in_the_body()
    {
        var server = Server(HttpStatusCode.Created, """{"id":"video_2","remixed_from_video_id":"video_1"}""");
        using var client = server.Client();

        await client.EditAsync("video_1", "make it blue", Cancel);
        await client.ExtendAsync("video_1", "it goes on", 8, Cancel);
        await client.ExtendAsync("video_1", "it goes on", null, Cancel);

        server.Seen.Select(request => (request.Url.AbsolutePath, request.Text)).ShouldBe(
        [
            ("/v1/videos/edits", """{"prompt":"make it blue","video":{"id":"video_1"}}"""),
            ("/v1/videos/extensions", """{"prompt":"it goes on","video":{"id":"video_1"},"seconds":"8"}"""),
            ("/v1/videos/extensions", """{"prompt":"it goes on","video":{"id":"video_1"}}"""),
        ]);
    }

    [Theory]
    [InlineData(404, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(405, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(501, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(500, VideosFault.Unavailable, RequestEffect.Unknown)]
    public async Task A_server_without_edits_and_extensions_says_so_for_certain_and_a_broken_one_does_not(int status, VideosFault fault, RequestEffect effect)
    {
        var server = Server((HttpStatusCode)status, """{"detail":"Not Found"}""");
        using var client = server.Client();

        var edit = await Should.ThrowAsync<VideosApiException>(() => client.EditAsync("video_1", "x", Cancel));
        var extension = await Should.ThrowAsync<VideosApiException>(() => client.ExtendAsync("video_1", "x", 4, Cancel));

        (edit.Fault, edit.Effect).ShouldBe((fault, effect));
        (extension.Fault, extension.Effect).ShouldBe((fault, effect));
        server.Seen.Length.ShouldBe(2, "each was one POST");
        if (fault == VideosFault.NotSupported)
            edit.Message.ShouldEndWith("this server has no such operation");
    }
}
