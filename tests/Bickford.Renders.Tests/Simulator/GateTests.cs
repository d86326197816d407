using Bickford.Renders.Simulator;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Simulator;

public sealed class GateTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer key2")]
    [InlineData("Basic key")]
    public async Task Strangers_get_a_401_in_the_official_form(string? authorization)
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ApiKey = "key" });

        var reply = await simulator.GetAsync("videos", authorization is null ? [] : [("Authorization", authorization)]);

        reply.Status.ShouldBe(401);
        reply.Error.GetProperty("code").GetString().ShouldBe("invalid_api_key");
    }

    [Fact]
    public async Task The_right_key_opens()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ApiKey = "key" });

        (await simulator.GetAsync("videos", ("Authorization", "Bearer key"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Every_answer_carries_a_request_id_and_unknown_paths_an_error()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var found = await simulator.GetAsync("videos");
        var missing = await simulator.GetAsync("nothing");
        var wrongMethod = await simulator.SendAsync(HttpMethod.Put, "videos");

        found.Headers["x-request-id"].ShouldStartWith("req_");
        missing.Headers["x-request-id"].ShouldNotBe(found.Headers["x-request-id"]);
        missing.Status.ShouldBe(404);
        missing.Error.GetProperty("code").GetString().ShouldBe("unknown_url");
        wrongMethod.Status.ShouldBe(405);
    }

    [Fact]
    public async Task A_rate_limit_is_told_kept_and_refilled_by_the_clock()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { RequestsPerMinute = 2 });

        var first = await simulator.GetAsync("videos");
        await simulator.GetAsync("videos");
        var refused = await simulator.GetAsync("videos");

        first.Headers["x-ratelimit-limit-requests"].ShouldBe("2");
        first.Headers["x-ratelimit-remaining-requests"].ShouldBe("1");
        first.Headers["x-ratelimit-reset-requests"].ShouldBe("30000ms");
        refused.Status.ShouldBe(429);
        refused.Headers["Retry-After"].ShouldBe("30");
        refused.Headers["retry-after-ms"].ShouldBe("30000");
        simulator.Clock.Advance(TimeSpan.FromSeconds(30));
        (await simulator.GetAsync("videos")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Requests_are_logged_without_their_keys()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        await simulator.GetAsync("videos?limit=3", ("Authorization", "Bearer very-secret"));

        // An answer may arrive before its line is ended.
        await Wait.UntilAsync(() => simulator.Server.Requests.Entries.Single().Status is not null);
        var request = simulator.Server.Requests.Entries.Single();
        request.ShouldBe(new LoggedRequest(simulator.Clock.GetUtcNow(), "GET", "/v1/videos", "?limit=3", true, 200));
        request.ToString().ShouldNotContain("very-secret");
        simulator.Server.Requests.Total.ShouldBe(1);
    }

    [Fact]
    public void The_log_keeps_the_last_requests_only()
    {
        var log = new RequestLog();
        for (var i = 0; i < RequestLog.Capacity + 5; i++)
        {
            var request = new LoggedRequest(DateTimeOffset.UnixEpoch, "GET", $"/{i}", "", false, null);
            log.End(log.Begin(request), request with { Status = 200 });
        }

        log.Total.ShouldBe(RequestLog.Capacity + 5);
        log.Entries.Count.ShouldBe(RequestLog.Capacity);
        log.Entries[0].Path.ShouldBe("/5");
        log.Entries[^1].ShouldBe(new LoggedRequest(DateTimeOffset.UnixEpoch, "GET", $"/{RequestLog.Capacity + 4}", "", false, 200));
    }
}
