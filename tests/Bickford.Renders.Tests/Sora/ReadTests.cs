using System.Net;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using static Bickford.Renders.Tests.Sora.ScriptedHandler;

namespace Bickford.Renders.Tests.Sora;

public class ReadTests
{
    private const string Queued = """{"id":"v","status":"queued"}""";
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static HttpResponseMessage Busy(params (string, string)[] headers) => Json(HttpStatusCode.ServiceUnavailable, "{}", headers);

    private static HttpResponseMessage Broken() => throw new HttpRequestException(HttpRequestError.ResponseEnded, "gone");

    /// <summary>Waits until the client waits to try again, and lets that time pass.</summary>
    private async Task<TimeSpan> PassWaitAsync()
    {
        var wait = await _clock.WaitForTimerAsync(static due => due < Attempt, Cancel);
        _clock.Advance(wait);
        return wait;
    }

    [Fact]
    public async Task A_read_is_tried_again_with_growing_waits()
    {
        var server = Answers(static () => Busy(), Broken, static () => Json(HttpStatusCode.RequestTimeout, "{}"), static () => Json(HttpStatusCode.OK, Queued));
        using var client = server.Client(_clock);

        var get = client.GetAsync("v", Cancel);
        var waits = new[] { await PassWaitAsync(), await PassWaitAsync(), await PassWaitAsync() };

        (await get).Status.ShouldBe(VideoStatus.Queued);
        server.Seen.Length.ShouldBe(4);
        waits.ShouldAllBe(static w => w > TimeSpan.Zero && w <= TimeSpan.FromSeconds(20));
        waits[2].ShouldBeGreaterThan(waits[0]);
    }

    [Fact]
    public async Task After_the_last_attempt_the_failure_goes_to_the_caller()
    {
        var server = Answers(static () => Busy(("x-request-id", "req_1")));
        using var client = server.Client(_clock, static o => o.ReadAttempts = 2);

        var get = client.GetAsync("v", Cancel);
        await PassWaitAsync();

        var failure = await Should.ThrowAsync<VideosApiException>(() => get);
        (failure.Fault, failure.HttpStatus, failure.Effect, failure.RequestId).ShouldBe((VideosFault.Unavailable, 503, RequestEffect.None, "req_1"));
        server.Seen.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("retry-after-ms", "2500", 2.5)]
    [InlineData("Retry-After", "Sun, 01 Mar 2026 12:00:09 GMT", 9)]
    public async Task The_servers_wait_is_a_lower_bound(string header, string value, double seconds)
    {
        var server = Answers(() => Json(HttpStatusCode.TooManyRequests, "{}", (header, value)), static () => Json(HttpStatusCode.OK, Queued));
        using var client = server.Client(_clock);

        var get = client.GetAsync("v", Cancel);
        var wait = await PassWaitAsync();

        await get;
        wait.TotalSeconds.ShouldBeInRange(seconds, seconds * 1.1 + 0.001);
    }

    [Fact]
    public async Task A_long_wait_is_left_to_the_caller()
    {
        var server = Answers(static () => Json(HttpStatusCode.TooManyRequests, "{}", ("Retry-After", "21")));
        using var client = server.Client(_clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel));

        (failure.Fault, failure.RetryAfter).ShouldBe((VideosFault.RateLimit, TimeSpan.FromSeconds(21)));
        server.Seen.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, "{}", VideosFault.InvalidRequest)]
    [InlineData(401, "{}", VideosFault.Authentication)]
    [InlineData(404, "{}", VideosFault.NotFound)]
    [InlineData(429, """{"error":{"type":"insufficient_quota"}}""", VideosFault.Quota)]
    [InlineData(200, "<html>", VideosFault.BadAnswer)]
    [InlineData(302, "", VideosFault.BadAnswer)]
    public async Task What_cannot_get_better_is_not_tried_again(int status, string body, VideosFault fault)
    {
        var server = Answers(() => Json((HttpStatusCode)status, body));
        using var client = server.Client(_clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel))).Fault.ShouldBe(fault);

        server.Seen.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Each_attempt_has_its_own_time_limit()
    {
        await using var server = new RawServer(static (connection, _, stop) => connection.Number == 1
            ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
            : connection.WriteAsync(RawServer.Answer(200, Queued), stop));
        using var client = RealClient.To(server, _clock);

        var get = client.GetAsync("v", Cancel);
        await RealClient.WaitUntilAsync(() => server.Requests.Length == 1);
        _clock.Advance(Attempt);
        await PassWaitAsync();

        (await get).Id.ShouldBe("v");
    }

    [Fact]
    public async Task A_body_that_stalls_counts_as_no_answer()
    {
        await using var server = new RawServer(static async (connection, _, stop) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        var get = client.GetAsync("v", Cancel);
        await RealClient.WaitUntilAsync(() => server.Requests.Length == 1);
        _clock.Advance(Attempt);

        (await Should.ThrowAsync<VideosApiException>(() => get)).Message.ShouldContain("Sora:ReadTimeout");
    }

    [Fact]
    public async Task The_circuit_opens_when_the_server_is_unavailable_again_and_again_and_closes_by_itself()
    {
        var healthy = false;
        var server = new ScriptedHandler((_, _) => healthy ? Json(HttpStatusCode.OK, Queued) : Busy());
        using var client = server.Client(_clock, static o => (o.ReadAttempts, o.CircuitMinimumRequests) = (1, 4));
        for (var i = 0; i < 4; i++)
            await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));

        var read = await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));
        var create = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(new CreateVideoRequest("x"), Cancel));

        server.Seen.Length.ShouldBe(4);
        read.Fault.ShouldBe(VideosFault.Unavailable);
        read.RetryAfter.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
        (create.Fault, create.Effect).ShouldBe((VideosFault.Unavailable, RequestEffect.None));

        healthy = true;
        _clock.Advance(TimeSpan.FromSeconds(11));
        (await client.GetAsync("v", Cancel)).Id.ShouldBe("v");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(429)]
    public async Task Refusals_do_not_open_the_circuit(int status)
    {
        var server = Answers(() => Json((HttpStatusCode)status, "{}"));
        using var client = server.Client(_clock, static o => (o.ReadAttempts, o.CircuitMinimumRequests) = (1, 2));

        for (var i = 0; i < 10; i++)
            await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));

        server.Seen.Length.ShouldBe(10);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task A_failed_video_is_an_answer_whatever_its_http_status(int status)
    {
        var server = Answers(() => Json((HttpStatusCode)status, """{"id":"v","status":"failed","error":{"code":500,"message":"CUDA, key sk-secret-key"}}"""));
        using var client = server.Client(_clock);

        var video = await client.GetAsync("v", Cancel);

        video.Status.ShouldBe(VideoStatus.Failed);
        video.Error.ShouldBe(new VideoError("500", "CUDA, key ***"));
        server.Seen.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a\nb")]
    [InlineData("a\u0000")]
    public async Task An_id_that_can_be_none_is_refused_before_any_request(string id)
    {
        var server = Answers(static () => Json(HttpStatusCode.OK, Queued));
        using var client = server.Client(_clock);
        Func<Task>[] calls =
        [
            () => client.GetAsync(id, Cancel), () => client.RemixAsync(id, "x", Cancel), () => client.DownloadAsync(id, cancellationToken: Cancel),
            () => client.DeleteAsync(id, Cancel), () => client.ListPageAsync(after: id, cancellationToken: Cancel),
        ];

        foreach (var call in calls)
            (await Should.ThrowAsync<VideosApiException>(call)).Fault.ShouldBe(VideosFault.InvalidRequest);

        server.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_is_asked_for_by_order_limit_and_cursor()
    {
        var server = Answers(static () => Json(HttpStatusCode.OK, """{"data":[{"id":"a"}],"has_more":true}""", ("Date", "Sun, 01 Mar 2026 11:59:00 GMT")));
        using var client = server.Client(_clock);

        var page = await client.ListPageAsync(VideoOrder.Ascending, "x&y", 7, Cancel);

        server.Seen[0].Url.AbsoluteUri.ShouldBe("https://8.8.8.8/v1/videos?limit=7&order=asc&after=x%26y");
        page.Videos.Single().Id.ShouldBe("a");
        (page.NextAfter, page.ServerTime).ShouldBe(("a", new DateTimeOffset(2026, 3, 1, 11, 59, 0, TimeSpan.Zero)));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => client.ListPageAsync(limit: 101, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_each_video_once()
    {
        var server = new ScriptedHandler(static (request, _) => Json(HttpStatusCode.OK, request.Url.Query.Contains("after=b", StringComparison.Ordinal)
            ? """{"data":[{"id":"b"},{"id":"c"}],"has_more":false}"""
            : """{"data":[{"id":"a"},{"id":"b"}],"has_more":true}"""));
        using var client = server.Client(_clock);

        (await client.ListAsync(cancellationToken: Cancel).Select(static v => v.Id).ToListAsync(Cancel)).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task A_server_that_repeats_its_page_does_not_trap_the_reader()
    {
        var server = new ScriptedHandler(static (_, n) => Json(HttpStatusCode.OK, $$"""{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"last_id":"cursor{{n}}"}"""));
        using var client = server.Client(_clock);

        (await client.ListAsync(cancellationToken: Cancel).CountAsync(Cancel)).ShouldBe(2);

        server.Seen.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(200, """{"id":"v","object":"video.deleted","deleted":true}""", true)]
    [InlineData(200, """{"id":"v","status":"deleted"}""", true)]
    [InlineData(204, "", true)]
    [InlineData(404, """{"error":{"message":"no such video"}}""", true)]
    [InlineData(200, """{"id":"v","deleted":false}""", false)]
    public async Task A_video_is_deleted_or_was_gone_already(int status, string body, bool deleted)
    {
        var server = Answers(() => Json((HttpStatusCode)status, body));
        using var client = server.Client(_clock);

        (await client.DeleteAsync("v", Cancel)).ShouldBe(deleted);

        server.Seen[0].Method.ShouldBe(HttpMethod.Delete);
    }
}
