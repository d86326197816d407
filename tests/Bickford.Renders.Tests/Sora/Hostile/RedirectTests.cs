using System.Net;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>Answers that send the worker elsewhere: into its own network, to other schemes, round in circles, or with somebody else's token.</summary>
public sealed class RedirectTests
{
    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete];

    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Places that no file comes from. The provider is on the internet here.</summary>
    public static TheoryData<string> Forbidden =>
    [
        "file:///etc/passwd", "ftp://8.8.4.4/x", "data:video/mp4;base64,AAAA", "javascript:alert(1)", "gopher://8.8.4.4/", "jar:https://8.8.4.4!/", "blob:https://8.8.4.4/x",
        "http://8.8.4.4/x.mp4", // from https
        "https://user@8.8.4.4/x", "https://user:password@8.8.4.4/x", "https://8.8.8.8:443@127.0.0.1/x", "https://8.8.8.8%2f@127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data", "https://[fe80::1]/", "https://[fe80::1%251]/", "https://[fd00:ec2::254]/latest", "https://100.100.100.200/latest", "https://168.63.129.16/machine",
        "https://0.0.0.0/", "https://[::]/", "https://224.0.0.1/", "https://[ff02::1]/", "https://255.255.255.255/",
        "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.0.1/", "https://[fc00::1]/",
        "https://[::ffff:10.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b:1::a00:1]/", "https://[2002:a00:1::]/", "https://[::ffff:0:10.0.0.1]/",
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/", "https://2852039166/", "https://0251.0376.0251.0376/",
        "https://127.0.0.1./", "https://localhost/", "https://LOCALHOST./", "https://foo.localhost/", "//127.0.0.1/x", @"\\127.0.0.1\x", "https://①②⑦.⓪.⓪.①/",
    ];

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task A_redirect_into_a_place_that_no_file_comes_from_is_refused(string location)
    {
        var server = ScriptedHandler.Answers(() => Redirect(302, location));
        using var client = server.Client(_clock, static o => o.ReadAttempts = 1);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        ShouldBeRefused(failure, location);
        server.Seen.Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task An_address_in_the_video_is_under_the_same_rules(string url)
    {
        foreach (var name in new[] { "url", "video_url" })
        {
            var server = new ScriptedHandler((request, _) => request.Url.AbsolutePath.EndsWith("/content", StringComparison.Ordinal)
                ? ScriptedHandler.Json(HttpStatusCode.NotFound, "{}")
                : ScriptedHandler.Json(HttpStatusCode.OK, $$"""{"id":"v","status":"completed","{{name}}":{{System.Text.Json.JsonSerializer.Serialize(url)}}}"""));
            using var client = server.Client(_clock, static o => o.ReadAttempts = 1);

            var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

            // What is no address of the web at all is none, and so there is no content.
            if (failure.Fault != VideosFault.NotFound)
                ShouldBeRefused(failure, url);
            server.Seen.Length.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Where_the_provider_is_on_a_private_network_this_machine_is_still_none_of_its_business()
    {
        await using var own = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "secret", "video/mp4"), stop));
        var server = ScriptedHandler.Answers(() => Redirect(302, own.BaseUrl));
        using var client = server.Client(_clock, static o => o.BaseUrl = "http://10.0.0.5/v1");

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel))).Fault.ShouldBe(VideosFault.BadAnswer);

        own.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task A_page_of_text_from_where_the_server_points_to_is_not_repeated()
    {
        await using var elsewhere = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "root-password", "text/plain"), stop));
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(302, "", headers: $"Location: {elsewhere.BaseUrl}\r\n"), stop));
        using var client = RealClient.To(server, _clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        (failure.Fault, failure.Message.Contains("root-password", StringComparison.Ordinal)).ShouldBe((VideosFault.BadAnswer, false));
    }

    [Fact]
    public async Task Ten_thousand_redirects_end_after_five()
    {
        await using var server = new RawServer((connection, _, stop) =>
            connection.WriteAsync(RawServer.Answer(302, "", headers: $"Location: /hop/{connection.RequestNumber}-of-10000\r\n"), stop));
        using var client = RealClient.To(server, _clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        (failure.Fault, server.Requests.Length).ShouldBe((VideosFault.BadAnswer, 6));
    }

    [Fact]
    public async Task A_circle_through_another_host_ends_and_the_token_is_not_given_out_on_the_way_back()
    {
        RawServer? other = null;
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(307, "", headers: $"Location: {other!.BaseUrl}/there\r\n"), stop));
        other = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(307, "", headers: $"Location: {server.BaseUrl}/back\r\n"), stop));
        await using var owned = other;
        using var client = RealClient.To(server, _clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel))).Message.ShouldContain("more than 5 redirects");

        server.Requests.Count(static r => r.Contains("sk-secret-key", StringComparison.Ordinal)).ShouldBe(1);
        other.Requests.ShouldAllBe(static r => !r.Contains("sk-secret-key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task No_other_request_follows_a_redirect_and_none_is_sent_twice(int status)
    {
        await using var thief = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, HostileAnswers.Completed), stop));
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(status, "", headers: $"Location: {thief.BaseUrl}/videos\r\n"), stop));
        using var client = RealClient.To(server, _clock);
        Func<Task>[] calls =
        [
            () => client.GetAsync("v", Cancel), () => client.ListPageAsync(cancellationToken: Cancel), () => client.DeleteAsync("v", Cancel),
            () => client.CreateAsync(new CreateVideoRequest("x"), Cancel), () => client.RemixAsync("v", "x", Cancel),
        ];

        foreach (var call in calls)
            (await Should.ThrowAsync<VideosApiException>(call)).Message.ShouldContain("put the final one into Sora:BaseUrl");

        (server.Requests.Length, thief.Connections).ShouldBe((calls.Length, 0));
        server.Requests.Select(static r => r[..r.IndexOf(' ', StringComparison.Ordinal)]).Distinct().Order().ShouldBe(Methods.Select(static m => m.Method).Order());
    }

    private static void ShouldBeRefused(VideosApiException failure, string location)
    {
        // A name may lead nowhere on this machine; what matters is that nothing was connected to.
        var refused = failure.Fault == VideosFault.BadAnswer
            || (failure.Fault == VideosFault.Unavailable && failure.Message.Contains("name cannot be resolved", StringComparison.Ordinal));
        refused.ShouldBeTrue($"{location}: {failure.Fault}: {failure.Message}");
        failure.Message.ShouldNotContain("password");
    }

    private static HttpResponseMessage Redirect(int status, string location)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.TryAddWithoutValidation("Location", location);
        return response;
    }
}
