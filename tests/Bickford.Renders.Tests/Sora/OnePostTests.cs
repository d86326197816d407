using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Handlers below the client may send a request again by themselves; these tests count at the socket.</summary>
public class OnePostTests
{
    private static readonly CreateVideoRequest Cat = new("a cat");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Answers everything, except that a connection is closed once its second request was read.</summary>
    private static RawServer ClosingOnTheSecondRequest() => new(static async (connection, _, stop) =>
    {
        if (connection.RequestNumber == 1)
            await connection.WriteAsync(RawServer.Answer(200, """{"id":"v","status":"queued"}"""), stop);
        else
            connection.Close();
    });

    [Fact]
    public async Task A_kept_connection_that_breaks_after_the_request_brings_no_second_post()
    {
        await using var server = ClosingOnTheSecondRequest();
        using var client = RealClient.To(server, new ManualTimeProvider());

        await client.CreateAsync(Cat, Cancel);
        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        (failure.Fault, failure.Effect).ShouldBe((VideosFault.Unavailable, RequestEffect.Unknown));
        server.Requests.Length.ShouldBe(2);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_break_is_harmless_for_a_read()
    {
        await using var server = ClosingOnTheSecondRequest();
        using var client = RealClient.To(server, new ManualTimeProvider());

        await client.GetAsync("v", Cancel);
        (await client.GetAsync("v", Cancel)).Id.ShouldBe("v");

        server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task The_registered_client_never_reuses_a_connection_for_a_create()
    {
        await using var server = ClosingOnTheSecondRequest();
        var services = new ServiceCollection();
        new RendersBuilder(services).UseVideosApi(o => o.BaseUrl = server.BaseUrl);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IVideosApi>();

        for (var i = 0; i < 3; i++)
            await client.CreateAsync(Cat, Cancel);

        (server.Requests.Length, server.Connections).ShouldBe((3, 3));
    }

    [Fact]
    public async Task A_handler_that_tries_again_cannot_send_a_create_twice()
    {
        await using var server = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(500, "{}"), stop));
        using var http = new HttpClient(new StubbornHandler());
        using var client = new VideosApiClient(http, new VideosApiOptions { BaseUrl = server.BaseUrl }, new ManualTimeProvider(), new Random(7));

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        failure.Effect.ShouldBe(RequestEffect.Unknown);
        server.Requests.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(302, VideosFault.BadAnswer, RequestEffect.Unknown)]
    [InlineData(307, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(308, VideosFault.NotSupported, RequestEffect.None)]
    public async Task A_redirect_is_not_followed_by_a_create(int status, VideosFault fault, RequestEffect effect)
    {
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(status, "", headers: "Location: /v1/elsewhere\r\n"), stop));
        using var client = RealClient.To(server, new ManualTimeProvider());

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        (failure.Fault, failure.Effect).ShouldBe((fault, effect));
        server.Requests.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_create_whose_answer_breaks_off_may_have_taken_effect()
    {
        await using var server = new RawServer(static async (connection, _, stop) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":", stop);
            connection.Close();
        });
        using var client = RealClient.To(server, new ManualTimeProvider());

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        (failure.Fault, failure.Effect).ShouldBe((VideosFault.Unavailable, RequestEffect.Unknown));
    }

    /// <summary>What a resilience handler would do that somebody adds for all clients of a host.</summary>
    private sealed class StubbornHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
