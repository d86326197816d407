using System.Net;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using static Bickford.Renders.Tests.Sora.ScriptedHandler;

namespace Bickford.Renders.Tests.Sora;

/// <summary>What a create that brings no video leaves behind.</summary>
public class CreateOutcomeTests
{
    private const string Queued = """{"id":"video_1","status":"queued"}""";

    private static readonly CreateVideoRequest Cat = new("a cat");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedHandler Server(HttpStatusCode status, string json, params (string, string)[] headers) => Answers(() => Json(status, json, headers));

    [Theory]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task No_answer_makes_a_create_or_remix_be_sent_again(int status)
    {
        var server = Server((HttpStatusCode)status, """{"error":{"message":"no"}}""", ("retry-after-ms", "1"));
        using var client = server.Client();

        await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));
        await Should.ThrowAsync<VideosApiException>(() => client.RemixAsync("v", "x", Cancel));

        server.Seen.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>ok</html>")]
    [InlineData("{\"id\":")]
    [InlineData("{\"status\":\"queued\"}")]
    [InlineData("[]")]
    public async Task A_success_that_cannot_be_read_may_have_taken_effect(string body)
    {
        using var client = Server(HttpStatusCode.OK, body, ("x-request-id", "req_9")).Client();

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        (failure.Fault, failure.Effect, failure.HttpStatus, failure.RequestId).ShouldBe((VideosFault.BadAnswer, RequestEffect.Unknown, 200, "req_9"));
    }

    [Fact]
    public async Task A_refusal_says_what_where_and_how_to_go_on()
    {
        using var client = Server(HttpStatusCode.TooManyRequests, """{"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}}""",
            ("x-request-id", "req_9"), ("Retry-After", "12")).Client();

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        failure.Fault.ShouldBe(VideosFault.RateLimit);
        failure.Effect.ShouldBe(RequestEffect.None);
        failure.HttpStatus.ShouldBe(429);
        failure.Code.ShouldBe("rate_limit_exceeded");
        failure.RetryAfter.ShouldBe(TimeSpan.FromSeconds(12));
        failure.RequestId.ShouldBe("req_9");
        failure.Message.ShouldBe("POST /videos: HTTP 429 (rate_limit_exceeded): slow");
    }

    [Fact]
    public async Task A_server_that_takes_forms_only_leads_to_the_setting()
    {
        using var client = Server(HttpStatusCode.UnprocessableEntity, """{"detail":[{"loc":["body","prompt"],"msg":"Field required"}]}""").Client();

        (await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel))).Message
            .ShouldBe("POST /videos: HTTP 422: body.prompt: Field required; it was sent as JSON; for a server that takes forms only set Sora:Format=Multipart");
    }

    [Fact]
    public async Task Messages_hold_no_secret_and_little_of_the_providers_text()
    {
        var text = "Incorrect key sk-secret-key, tenant t-secret\\u001b[31m" + new string('x', 5000);
        using var client = Server(HttpStatusCode.Unauthorized, """{"error":{"code":"bad sk-secret-key","message":"TEXT"}}""".Replace("TEXT", text, StringComparison.Ordinal))
            .Client(configure: static o => o.Headers["X-Tenant"] = "t-secret");

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        failure.Fault.ShouldBe(VideosFault.Authentication);
        failure.ToString().ShouldNotContain("sk-secret");
        failure.ToString().ShouldNotContain("t-secret");
        failure.Code.ShouldBe("bad ***");
        failure.Message.ShouldNotContain("\u001b");
        failure.Message.Length.ShouldBeLessThan(700);
        failure.Message.ShouldEndWith("check Sora:ApiKey");
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        var server = Answers(static () => new HttpResponseMessage { Content = new StreamContent(new EndlessStream()) });
        using var client = server.Client();

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        (failure.Fault, failure.Effect).ShouldBe((VideosFault.BadAnswer, RequestEffect.Unknown));
        failure.Message.ShouldContain("longer than 4194304 bytes");
    }

    [Fact]
    public async Task A_create_that_fails_at_once_is_an_answer_whatever_its_http_status()
    {
        using var client = Server(HttpStatusCode.BadRequest, """{"id":"v","object":"video","status":"failed","error":{"code":"moderation_blocked","message":"no"}}""").Client();

        var video = await client.CreateAsync(Cat, Cancel);

        (video.Status, video.Error!.Code).ShouldBe((VideoStatus.Failed, "moderation_blocked"));
    }

    [Fact]
    public async Task The_time_limit_covers_the_whole_create_and_leaves_the_outcome_unknown()
    {
        var clock = new ManualTimeProvider();
        await using var server = new RawServer(static (_, _, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        using var client = RealClient.To(server, clock);

        var create = client.CreateAsync(Cat, Cancel);
        await RealClient.WaitUntilAsync(() => server.Requests.Length == 1);
        clock.Advance(await clock.WaitForTimerAsync(static due => due > TimeSpan.FromSeconds(59), Cancel));

        var failure = await Should.ThrowAsync<VideosApiException>(() => create);
        (failure.Fault, failure.Effect).ShouldBe((VideosFault.Unavailable, RequestEffect.Unknown));
        server.Requests.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Given_up_after_sending_the_outcome_is_unknown_and_says_so()
    {
        await using var server = new RawServer(static (_, _, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        using var client = RealClient.To(server, new ManualTimeProvider());
        using var giveUp = new CancellationTokenSource();

        var create = client.CreateAsync(Cat, giveUp.Token);
        await RealClient.WaitUntilAsync(() => server.Requests.Length == 1);
        await giveUp.CancelAsync();

        var failure = await Should.ThrowAsync<VideosApiException>(() => create);
        failure.Effect.ShouldBe(RequestEffect.Unknown);
        failure.InnerException.ShouldBeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task Given_up_before_sending_nothing_happened()
    {
        var server = Server(HttpStatusCode.OK, Queued);
        using var client = server.Client();

        await Should.ThrowAsync<OperationCanceledException>(() => client.CreateAsync(Cat, new CancellationToken(canceled: true)));

        server.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/v1")] // nobody listens
    [InlineData("http://no-such-host.invalid/v1")]
    public async Task Without_a_connection_nothing_happened(string baseUrl)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var client = new VideosApiClient(http, new VideosApiOptions { BaseUrl = baseUrl }, new ManualTimeProvider(), new Random(7));

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(Cat, Cancel));

        (failure.Fault, failure.Effect, failure.HttpStatus).ShouldBe((VideosFault.Unavailable, RequestEffect.None, null));
    }

    [Fact]
    public async Task Without_tls_on_the_other_side_nothing_happened()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var plain = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var url = $"https://127.0.0.1:{((IPEndPoint)plain.LocalEndpoint).Port}/v1";
        using var client = new VideosApiClient(http, new VideosApiOptions { BaseUrl = url }, new ManualTimeProvider(), new Random(7));

        var create = client.CreateAsync(Cat, Cancel);
        using (var accepted = await plain.AcceptTcpClientAsync(Cancel))
            await accepted.GetStream().WriteAsync("HTTP/1.1 400 no TLS here\r\n\r\n"u8.ToArray(), Cancel);

        var failure = await Should.ThrowAsync<VideosApiException>(() => create);
        (failure.Fault, failure.Effect).ShouldBe((VideosFault.Unavailable, RequestEffect.None));
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
