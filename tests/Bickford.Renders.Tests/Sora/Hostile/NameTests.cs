using System.Net;
using System.Text.Json;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>Ids that would be other paths, queries, hosts, headers or lines; and texts that would steer a terminal.</summary>
public sealed class NameTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("../../admin")]
    [InlineData("%2e%2e%2f%2e%2e%2fadmin")]
    [InlineData("..%2f")]
    [InlineData("a/../b")]
    [InlineData(@"..\..\admin")]
    [InlineData("x?y=1")]
    [InlineData("x#y")]
    [InlineData("x;y")]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example/x")]
    [InlineData("@evil.example")]
    [InlineData(":8080")]
    [InlineData("a b")]
    [InlineData("<script>")]
    [InlineData("'; DROP TABLE renders; --")]
    [InlineData("$(rm -rf ~)")]
    [InlineData("ünïcode")]
    public async Task An_id_is_one_segment_of_a_path_whatever_is_in_it(string id)
    {
        var server = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.OK, $$"""{"id":{{JsonSerializer.Serialize(id)}},"status":"queued"}"""));
        using var client = server.Client(_clock);

        var video = await client.GetAsync(id, Cancel);
        await client.RemixAsync(video.Id, "x", Cancel);
        await client.DeleteAsync(video.Id, Cancel);

        video.Id.ShouldBe(id);
        foreach (var seen in server.Seen)
        {
            (seen.Url.Host, seen.Url.Query, seen.Url.Fragment).ShouldBe(("8.8.8.8", "", ""));
            seen.Url.Segments.Length.ShouldBe(seen.Method == HttpMethod.Post ? 5 : 4, seen.Url.AbsoluteUri);
            seen.Url.AbsoluteUri.ShouldStartWith("https://8.8.8.8/v1/videos/");
            Uri.UnescapeDataString(seen.Url.Segments[3].TrimEnd('/')).ShouldBe(id);
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a\0b")]
    [InlineData("a\u001b[2J")]
    [InlineData("a\u202Egpj.exe")]
    [InlineData("a\u200Bb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u0085b")]
    public async Task An_id_that_breaks_turns_or_hides_text_is_none(string id)
    {
        var json = $$"""{"id":{{JsonSerializer.Serialize(id)}},"status":"queued"}""";
        var server = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.OK, json), () => ScriptedHandler.Json(HttpStatusCode.OK, $$"""{"data":[{{json}}]}"""));
        using var client = server.Client(_clock);

        var create = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(new CreateVideoRequest("x"), Cancel));
        var list = await Should.ThrowAsync<VideosApiException>(() => client.ListPageAsync(cancellationToken: Cancel));
        var get = await Should.ThrowAsync<VideosApiException>(() => client.GetAsync(id, Cancel));

        (create.Fault, create.Effect).ShouldBe((VideosFault.BadAnswer, RequestEffect.Unknown));
        (list.Fault, get.Fault).ShouldBe((VideosFault.BadAnswer, VideosFault.InvalidRequest));
        server.Seen.Length.ShouldBe(2);
        foreach (var message in new[] { create.Message, list.Message, get.Message })
            message.EnumerateRunes().ShouldAllBe(static rune => !System.Text.Rune.IsControl(rune) && System.Text.Rune.GetUnicodeCategory(rune) != System.Globalization.UnicodeCategory.Format);
    }

    [Fact]
    public async Task A_position_in_the_list_is_one_value_of_the_query()
    {
        var server = ScriptedHandler.Answers(static () => ScriptedHandler.Json(HttpStatusCode.OK, """{"data":[{"id":"a"}],"has_more":true,"last_id":"x&limit=0#/../../admin"}"""));
        using var client = server.Client(_clock);

        var page = await client.ListPageAsync(cancellationToken: Cancel);
        await client.ListPageAsync(after: page.NextAfter, cancellationToken: Cancel);

        server.Seen[1].Url.AbsoluteUri.ShouldBe("https://8.8.8.8/v1/videos?limit=100&order=desc&after=x%26limit%3D0%23%2F..%2F..%2Fadmin");
    }

    [Fact]
    public async Task A_prompt_stays_in_its_field_on_the_wire()
    {
        const string Prompt = "\"}\r\n--renders-0\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nexpensive\r\n";
        foreach (var format in new[] { RequestFormat.Json, RequestFormat.Multipart })
        {
            var server = ScriptedHandler.Answers(static () => ScriptedHandler.Json(HttpStatusCode.OK, """{"id":"v","status":"queued"}"""));
            using var client = server.Client(_clock, o => o.Format = format);

            await client.CreateAsync(new CreateVideoRequest(Prompt) { Model = "cheap" }, Cancel);

            var body = server.Seen[0].Text;
            if (format == RequestFormat.Json)
            {
                using var json = JsonDocument.Parse(body);
                (json.RootElement.GetProperty("prompt").GetString(), json.RootElement.GetProperty("model").GetString()).ShouldBe((Prompt, "cheap"));
            }
            else
            {
                // Nobody can guess the boundary, so nothing in a value ends its part.
                var boundary = server.Seen[0].Headers["Content-Type"].Single().Split("boundary=")[1];
                body.Split("--" + boundary).Length.ShouldBe(4);
                Prompt.ShouldNotContain(boundary);
            }
        }
    }

    [Fact]
    public async Task Ten_megabytes_of_error_with_escapes_and_markup_are_a_short_line()
    {
        var text = "<script>\u001b]0;owned\u0007\r\n\u202E" + new string('x', 3 << 20);
        foreach (var json in new[] { JsonSerializer.Serialize(new { error = new { message = text, code = text, type = text, param = text } }), JsonSerializer.Serialize(new { detail = text + text + text + text }) })
        {
            using var client = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.BadRequest, json, ("x-request-id", new string('r', 10_000)))).Client(_clock);

            var failure = await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));

            failure.Message.Length.ShouldBeLessThan(1000);
            failure.Message.ShouldAllBe(static c => !char.IsControl(c) && c != '\u202E');
            (failure.Code?.Length ?? 0).ShouldBeLessThan(200);
            failure.RequestId!.Length.ShouldBeLessThan(300);
        }
    }

    [Fact]
    public async Task The_words_of_a_failed_video_are_short_lines_too()
    {
        var text = "\u001b[31m\n" + new string('x', 1 << 19);
        var json = JsonSerializer.Serialize(new { id = "v", status = "failed", error = new { message = text, code = text }, model = text, size = text, seconds = text });
        using var client = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.OK, json)).Client(_clock);

        var video = await client.GetAsync("v", Cancel);

        foreach (var word in new[] { video.Error!.Message, video.Error.Code, video.Model, video.Size, video.Seconds, video.StatusText })
        {
            word!.Length.ShouldBeLessThan(600);
            word.ShouldAllBe(static c => !char.IsControl(c));
        }
    }

    [Theory]
    [InlineData("attachment; filename=\"../../../etc/cron.d/evil\"", "video/mp4")]
    [InlineData("attachment; filename*=UTF-8''%2e%2e%2fevil", "application/x-sh")]
    [InlineData("inline", "application/x-msdownload; charset=\"utf-7\"")]
    [InlineData("inline", ";;;")]
    public async Task Names_and_types_that_the_server_gives_a_file_mean_nothing(string disposition, string type)
    {
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "the file", type, $"Content-Disposition: {disposition}\r\n"), stop));
        using var client = RealClient.To(server, _clock);

        (await HostileAnswers.FetchAsync(client)).ShouldBe("the file"u8.ToArray());
    }
}
