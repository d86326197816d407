using System.Net;
using Bickford.Renders.Pacing;
using Bickford.Renders.Ports;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using static Bickford.Renders.Tests.Sora.ScriptedHandler;

namespace Bickford.Renders.Tests.Sora;

/// <summary>The client and the gate that all workers share.</summary>
public sealed class PacedClientTests
{
    private const string Queued = """{"id":"v","status":"queued"}""";

    private readonly ManualTimeProvider _clock = new();
    private readonly IProviderGate _gate = Substitute.For<IProviderGate>();

    public PacedClientTests() => Slots(new RequestSlot(true, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_attempt_of_a_read_takes_a_slot()
    {
        var server = Answers(static () => Json(HttpStatusCode.ServiceUnavailable, "{}"), static () => Json(HttpStatusCode.OK, Queued));
        using var client = Client(server);

        var get = client.GetAsync("v", Cancel);
        _clock.Advance(await _clock.WaitForTimerAsync(static due => due < TimeSpan.FromSeconds(30), Cancel));
        await get;

        server.Seen.Length.ShouldBe(2);
        await _gate.Received(2).ReserveAsync(60, Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_create_takes_none_because_its_turn_came_before_the_intent()
    {
        using var client = Client(Answers(static () => Json(HttpStatusCode.OK, Queued)));

        await client.CreateAsync(new CreateVideoRequest("fog"), Cancel);

        await _gate.DidNotReceiveWithAnyArgs().ReserveAsync(default, default, Cancel);
    }

    [Fact]
    public async Task A_read_in_a_long_pause_is_not_sent()
    {
        _gate.PauseLeftAsync(Arg.Any<CancellationToken>()).Returns(new ProviderPause(TimeSpan.FromSeconds(40), default));
        var server = Answers(static () => Json(HttpStatusCode.OK, Queued));
        using var client = Client(server);

        (await Should.ThrowAsync<RequestDeferredException>(() => client.GetAsync("v", Cancel))).After.ShouldBe(TimeSpan.FromSeconds(40));

        server.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Retry-After", "45", 45)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("x-nothing", "1", 2)]
    public async Task A_429_to_a_create_pauses_all_workers(string header, string value, double seconds)
    {
        using var client = Client(Answers(() => Json(HttpStatusCode.TooManyRequests, "{}", (header, value))));

        (await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(new CreateVideoRequest("fog"), Cancel))).Effect.ShouldBe(RequestEffect.None);

        await _gate.Received(1).PauseAsync(TimeSpan.FromSeconds(seconds), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_429_to_a_read_pauses_all_workers_and_other_failures_do_not()
    {
        using var client = Client(Answers(
            static () => Json(HttpStatusCode.NotFound, "{}"),
            static () => Json(HttpStatusCode.BadRequest, """{"error":{"type":"invalid_request_error"}}"""),
            static () => Json(HttpStatusCode.TooManyRequests, "{}", ("Retry-After", "300"))));

        await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));
        await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));
        await _gate.DidNotReceiveWithAnyArgs().PauseAsync(default, Cancel);
        await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));

        await _gate.Received(1).PauseAsync(TimeSpan.FromSeconds(300), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "insufficient_quota", null, 30)]
    [InlineData(HttpStatusCode.TooManyRequests, "insufficient_quota", "3", 3)]
    [InlineData(HttpStatusCode.Forbidden, "billing_hard_limit_reached", null, 30)]
    [InlineData(HttpStatusCode.PaymentRequired, "whatever", null, 30)]
    public async Task A_quota_that_is_used_up_pauses_all_workers_so_that_not_every_render_finds_out(HttpStatusCode status, string code, string? retryAfter, double seconds)
    {
        using var client = Client(Answers(() => retryAfter is null
            ? Json(status, $$$"""{"error":{"code":"{{{code}}}"}}""")
            : Json(status, $$$"""{"error":{"code":"{{{code}}}"}}""", ("Retry-After", retryAfter))));

        (await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(new CreateVideoRequest("fog"), Cancel))).Fault.ShouldBe(VideosFault.Quota);

        await _gate.Received(1).PauseAsync(TimeSpan.FromSeconds(seconds), Arg.Any<CancellationToken>());
    }

    private void Slots(RequestSlot slot) =>
        _gate.ReserveAsync(Arg.Any<int>(), Arg.Any<TimeSpan>(), Arg.Any<CancellationToken>()).Returns(slot);

    private VideosApiClient Client(ScriptedHandler server) => new(
        new HttpClient(server, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
        new VideosApiOptions { BaseUrl = "https://8.8.8.8/v1" },
        _clock,
        new Random(7),
        pacing: new RequestPacing(_gate, new RenderOptions { RequestsPerMinute = 60 }, _clock, NullLogger<RequestPacing>.Instance));
}
