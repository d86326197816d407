using System.Globalization;
using System.Net;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Content that the server keeps at another address.</summary>
public class ContentElsewhereTests
{
    private const string Tag = "\"v1\"";

    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_redirect_within_the_provider_keeps_the_token()
    {
        var server = new ScriptedHandler(static (request, _) => request.Url.AbsolutePath == "/files/v.mp4" ? File() : Redirect(302, "/files/v.mp4"));
        using var client = server.Client(_clock);

        (await ContentTests.BytesAsync(await client.DownloadAsync("v", cancellationToken: Cancel))).ShouldBe("the file"u8.ToArray());

        server.Seen[1].Headers["Authorization"].ShouldBe(["Bearer sk-secret-key"]);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_elsewhere_is_followed_without_token_and_headers(int status)
    {
        await using var store = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "the file", "video/mp4"), stop));
        await using var server = new RawServer((connection, _, stop) =>
            connection.WriteAsync(RawServer.Answer(status, "", headers: $"Location: {store.BaseUrl}/signed?sig=1\r\n"), stop));
        using var client = RealClient.To(server, _clock, static o => o.Headers["X-Tenant"] = "t-secret");

        (await ContentTests.BytesAsync(await client.DownloadAsync("v", cancellationToken: Cancel))).ShouldBe("the file"u8.ToArray());

        server.Requests[0].ShouldContain("Bearer sk-secret-key");
        server.Requests[0].ShouldContain("t-secret");
        store.Requests[0].ShouldStartWith("GET /v1/signed?sig=1 ");
        store.Requests[0].ShouldNotContain("secret");
        store.Requests[0].ShouldNotContain("Authorization");
    }

    [Fact]
    public async Task A_range_is_asked_for_behind_the_redirect_too()
    {
        await using var store = new RawServer(static (connection, _, stop) =>
            connection.WriteAsync(RawServer.Answer(206, "rest", "video/mp4", $"ETag: {Tag}\r\nContent-Range: bytes 5-8/9\r\n"), stop));
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(302, "", headers: $"Location: {store.BaseUrl}/x\r\n"), stop));
        using var client = RealClient.To(server, _clock);

        var content = await client.DownloadAsync("v", resume: new ContentResume(5, Tag), cancellationToken: Cancel);

        (content.Offset, content.Length).ShouldBe((5L, 9L));
        (await ContentTests.BytesAsync(content)).ShouldBe("rest"u8.ToArray());
        store.Requests[0].ShouldContain("Range: bytes=5-");
    }

    [Fact]
    public async Task Redirects_come_to_an_end()
    {
        var server = ScriptedHandler.Answers(static () => Redirect(302, "/again"));
        using var client = server.Client(_clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel))).Message.ShouldContain("more than 5 redirects");

        server.Seen.Length.ShouldBe(6);
    }

    [Theory]
    [InlineData("http://8.8.4.4/x.mp4")] // from https
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://8.8.4.4/x")]
    [InlineData("https://user:password@8.8.4.4/x")]
    [InlineData("https://127.0.0.1:1/x")]
    [InlineData("https://localhost:1/x")] // a name that leads into the own machine
    [InlineData("https://10.0.0.1:1/x")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::ffff:169.254.169.254]/latest")]
    [InlineData("")]
    public async Task A_redirect_to_a_place_that_is_not_allowed_is_refused(string location)
    {
        var server = ScriptedHandler.Answers(() => Redirect(302, location));
        using var client = server.Client(_clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        failure.Fault.ShouldBe(VideosFault.BadAnswer);
        failure.Message.ShouldNotContain("password");
        server.Seen.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Link_local_places_are_refused_also_where_private_ones_are_allowed()
    {
        using var client = ScriptedHandler.Answers(static () => Redirect(302, "https://169.254.169.254/latest")).Client(_clock, static o => o.AllowPrivateContentHosts = true);

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel))).Fault.ShouldBe(VideosFault.BadAnswer);
    }

    [Fact]
    public async Task A_private_place_can_be_allowed()
    {
        await using var store = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "the file", "video/mp4"), stop));
        var server = ScriptedHandler.Answers(() => Redirect(302, store.BaseUrl));
        using var refusing = server.Client(_clock, static o => o.BaseUrl = "http://8.8.8.8/v1");
        using var allowing = server.Client(_clock, static o => (o.BaseUrl, o.AllowPrivateContentHosts) = ("http://8.8.8.8/v1", true));

        (await Should.ThrowAsync<VideosApiException>(() => refusing.DownloadAsync("v", cancellationToken: Cancel))).Message.ShouldContain("Sora:AllowPrivateContentHosts");
        (await ContentTests.BytesAsync(await allowing.DownloadAsync("v", cancellationToken: Cancel))).ShouldBe("the file"u8.ToArray());
    }

    [Theory]
    [InlineData(403, VideosFault.NotFound)] // a signature that ran out
    [InlineData(404, VideosFault.NotFound)]
    [InlineData(503, VideosFault.Unavailable)]
    public async Task A_refusal_elsewhere_is_not_about_our_key(int status, VideosFault fault)
    {
        await using var store = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(status, "<Error>signature-7</Error>"), stop));
        await using var server = new RawServer((connection, request, stop) => connection.WriteAsync(request.Contains("/content", StringComparison.Ordinal)
            ? RawServer.Answer(302, "", headers: $"Location: {store.BaseUrl}\r\n")
            : RawServer.Answer(200, """{"id":"v","status":"completed"}"""), stop));
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        (failure.Fault, failure.HttpStatus).ShouldBe((fault, status));
        failure.Message.ShouldNotContain("signature-7");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Where_there_is_no_content_the_address_in_the_video_is_taken(int status)
    {
        await using var store = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "the file", "video/mp4"), stop));
        await using var server = new RawServer((connection, request, stop) => connection.WriteAsync(request.Contains("/content", StringComparison.Ordinal)
            ? RawServer.Answer(status, "{}")
            : RawServer.Answer(200, string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"v\",\"status\":\"completed\",\"video_url\":\"{store.BaseUrl}/v.mp4\"}}")), stop));
        using var client = RealClient.To(server, _clock);

        (await ContentTests.BytesAsync(await client.DownloadAsync("v", cancellationToken: Cancel))).ShouldBe("the file"u8.ToArray());

        store.Requests.ShouldHaveSingleItem().ShouldNotContain("secret");
        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", AssetKind.Thumbnail, cancellationToken: Cancel))).HttpStatus.ShouldBe(status);
    }

    private static HttpResponseMessage File() => new() { Content = new ByteArrayContent("the file"u8.ToArray()) };

    private static HttpResponseMessage Redirect(int status, string location)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (location.Length > 0)
            response.Headers.TryAddWithoutValidation("Location", location);
        return response;
    }
}
