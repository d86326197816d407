using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using static Bickford.Renders.Tests.Sora.ScriptedHandler;

namespace Bickford.Renders.Tests.Sora;

public class ContentTests
{
    private const string Tag = "\"v1\"";
    private static readonly byte[] Movie = Encoding.ASCII.GetBytes("\0\0\0\u0018ftypmp42-the-rest-of-it");

    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static HttpResponseMessage File(byte[] bytes, HttpStatusCode status = HttpStatusCode.OK, string type = "video/mp4", string? etag = Tag)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(bytes) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (etag is not null)
            response.Headers.ETag = EntityTagHeaderValue.Parse(etag);
        return response;
    }

    private static HttpResponseMessage Part(int from, string? etag = Tag, int? claimedFrom = null)
    {
        var response = File(Movie[from..], HttpStatusCode.PartialContent, etag: etag);
        response.Content.Headers.ContentRange = new ContentRangeHeaderValue(claimedFrom ?? from, (claimedFrom ?? from) + Movie.Length - from - 1, 1000);
        return response;
    }

    internal static async Task<byte[]> BytesAsync(VideoContent content)
    {
        await using (content)
        {
            using var bytes = new MemoryStream();
            await content.Body.CopyToAsync(bytes, Cancel);
            return bytes.ToArray();
        }
    }

    [Fact]
    public async Task The_video_streams_with_what_the_server_says_about_it()
    {
        var server = Answers(static () => File(Movie));
        using var client = server.Client(_clock);

        var content = await client.DownloadAsync("v", cancellationToken: Cancel);

        (content.Offset, content.Length, content.ContentType, content.ETag).ShouldBe((0L, Movie.Length, "video/mp4", Tag));
        (await BytesAsync(content)).ShouldBe(Movie);
        server.Seen[0].Url.AbsoluteUri.ShouldBe("https://8.8.8.8/v1/videos/v/content");
        server.Seen[0].Headers["Accept-Encoding"].ShouldBe(["identity"]);
        server.Seen[0].Headers.Contains("Range").ShouldBeFalse();
    }

    [Theory]
    [InlineData(AssetKind.Thumbnail, "?variant=thumbnail")]
    [InlineData(AssetKind.Spritesheet, "?variant=spritesheet")]
    public async Task Other_files_are_variants(AssetKind kind, string query)
    {
        var server = Answers(static () => File("RIFF0000WEBP"u8.ToArray(), type: "video/mp4")); // proxies label everything video/mp4
        using var client = server.Client(_clock);

        (await BytesAsync(await client.DownloadAsync("v", kind, cancellationToken: Cancel))).ShouldBe("RIFF0000WEBP"u8.ToArray());

        server.Seen[0].Url.Query.ShouldBe(query);
    }

    [Fact]
    public async Task A_server_that_gives_the_video_for_every_variant_has_no_variants()
    {
        using var client = Answers(static () => File(Movie, type: "image/webp")).Client(_clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", AssetKind.Thumbnail, cancellationToken: Cancel))).Fault
            .ShouldBe(VideosFault.NotSupported);
    }

    [Fact]
    public async Task A_download_goes_on_where_it_broke()
    {
        var server = Answers(static () => Part(5));
        using var client = server.Client(_clock);

        var content = await client.DownloadAsync("v", resume: new ContentResume(5, Tag), cancellationToken: Cancel);

        (content.Offset, content.Length).ShouldBe((5L, 1000L));
        (await BytesAsync(content)).ShouldBe(Movie[5..]);
        server.Seen[0].Headers["Range"].ShouldBe(["bytes=5-"]);
        server.Seen[0].Headers["If-Range"].ShouldBe([Tag]);
    }

    [Fact]
    public async Task A_server_without_ranges_starts_from_the_beginning()
    {
        using var client = Answers(static () => File(Movie)).Client(_clock);

        var content = await client.DownloadAsync("v", resume: new ContentResume(5, Tag), cancellationToken: Cancel);

        (content.Offset, content.Length).ShouldBe((0L, Movie.Length));
        (await BytesAsync(content)).ShouldBe(Movie);
    }

    [Theory]
    [InlineData("W/\"v1\"", 5)] // weak: equal meaning, not equal bytes
    [InlineData("v1", 5)]
    [InlineData("\"a\"\r\nX: y", 5)]
    [InlineData("", 5)]
    [InlineData(Tag, 0)]
    public async Task Without_a_tag_that_vouches_for_the_bytes_no_range_is_asked_for(string tag, long offset)
    {
        var server = Answers(static () => File(Movie));
        using var client = server.Client(_clock);

        await (await client.DownloadAsync("v", resume: new ContentResume(offset, tag), cancellationToken: Cancel)).DisposeAsync();

        server.Seen[0].Headers.Contains("Range").ShouldBeFalse();
    }

    [Theory]
    [InlineData(416)]
    [InlineData(206)]
    public async Task A_range_that_does_not_fit_any_more_starts_over(int status)
    {
        var server = new ScriptedHandler((request, _) => !request.Headers.Contains("Range") ? File(Movie)
            : status == 206 ? Part(5, etag: "\"v2\"")
            : new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable));
        using var client = server.Client(_clock);

        var content = await client.DownloadAsync("v", resume: new ContentResume(5, Tag), cancellationToken: Cancel);

        content.Offset.ShouldBe(0);
        (await BytesAsync(content)).ShouldBe(Movie);
        server.Seen.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_part_that_was_not_asked_for_is_a_bad_answer()
    {
        using var client = Answers(static () => Part(5, claimedFrom: 3)).Client(_clock);
        using var bare = Answers(static () => File(Movie, HttpStatusCode.PartialContent)).Client(_clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", resume: new ContentResume(5, Tag), cancellationToken: Cancel))).Fault.ShouldBe(VideosFault.BadAnswer);
        (await Should.ThrowAsync<VideosApiException>(() => bare.DownloadAsync("v", cancellationToken: Cancel))).Fault.ShouldBe(VideosFault.BadAnswer);
    }

    [Theory]
    [InlineData("application/json", """{"error":"not sk-secret-key"}""")]
    [InlineData("text/html", "<html>")]
    [InlineData("application/xml", "<Error/>")]
    public async Task Text_where_a_file_should_be_is_a_bad_answer(string type, string body)
    {
        using var client = Answers(() => File(Encoding.UTF8.GetBytes(body), type: type)).Client(_clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        failure.Fault.ShouldBe(VideosFault.BadAnswer);
        failure.Message.ShouldNotContain("sk-secret-key");
    }

    [Fact]
    public async Task An_encoded_file_is_a_bad_answer()
    {
        using var client = Answers(static () =>
        {
            var response = File(Movie);
            response.Content.Headers.ContentEncoding.Add("gzip");
            return response;
        }).Client(_clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel))).Fault.ShouldBe(VideosFault.BadAnswer);
    }

    [Theory]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(422)]
    public async Task Content_that_is_not_there_is_not_found(int status)
    {
        using var client = new ScriptedHandler((request, _) => request.Url.AbsolutePath.EndsWith("/content", StringComparison.Ordinal)
            ? Json((HttpStatusCode)status, """{"detail":"not yet"}""")
            : Json(HttpStatusCode.OK, """{"id":"v","status":"completed"}""")).Client(_clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        (failure.Fault, failure.HttpStatus).ShouldBe((VideosFault.NotFound, status));
    }

    [Fact]
    public async Task A_truncated_body_is_an_error()
    {
        await using var server = new RawServer(static async (connection, _, stop) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 100\r\n\r\nonly this", stop);
            connection.Close();
        });
        using var client = RealClient.To(server, _clock);

        var content = await client.DownloadAsync("v", cancellationToken: Cancel);

        await Should.ThrowAsync<IOException>(() => BytesAsync(content));
    }

    [Fact]
    public async Task A_body_that_brings_nothing_is_given_up_after_the_idle_time()
    {
        await using var server = new RawServer(static async (connection, _, stop) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 100\r\n\r\nonly", stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });
        using var client = RealClient.To(server, _clock);
        await using var content = await client.DownloadAsync("v", cancellationToken: Cancel);
        var buffer = new byte[4];
        await content.Body.ReadExactlyAsync(buffer, Cancel);

        var read = content.Body.ReadAsync(buffer, Cancel).AsTask();
        _clock.Advance(await _clock.WaitForTimerAsync(static due => due == TimeSpan.FromSeconds(30), Cancel));

        var failure = await Should.ThrowAsync<VideosApiException>(() => read);
        failure.Fault.ShouldBe(VideosFault.Unavailable);
        failure.Message.ShouldContain("Sora:IdleTimeout");
    }

    [Fact]
    public async Task A_reader_that_is_slow_itself_is_not_cut_off()
    {
        using var client = Answers(static () => File(Movie)).Client(_clock);
        await using var content = await client.DownloadAsync("v", cancellationToken: Cancel);
        var buffer = new byte[4];

        for (var i = 0; i < 3; i++)
        {
            await content.Body.ReadExactlyAsync(buffer, Cancel);
            _clock.Advance(TimeSpan.FromHours(1));
        }

        buffer.ShouldBe(Movie[8..12]);
    }

    [Fact]
    public async Task Opening_is_tried_again_as_every_read()
    {
        var server = Answers(static () => Json(HttpStatusCode.BadGateway, "{}"), static () => File(Movie));
        using var client = server.Client(_clock);

        var download = client.DownloadAsync("v", cancellationToken: Cancel);
        _clock.Advance(await _clock.WaitForTimerAsync(static due => due < TimeSpan.FromSeconds(30), Cancel));

        (await BytesAsync(await download)).ShouldBe(Movie);
    }
}
