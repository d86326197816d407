using Bickford.Renders.Simulator;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Simulator;

public sealed class FaultTests
{
    [Fact]
    public async Task Status_answers_with_the_error_asked_for_and_creates_nothing()
    {
        await using var simulator = await StartAsync("create:status:status=429:retry-after=2s:retry-after-ms=1500:type=insufficient_quota:code=credit_balance_exhausted:message=No credit\\: top up");

        var reply = await CreateAsync(simulator);

        reply.Status.ShouldBe(429);
        reply.Headers["Retry-After"].ShouldBe("2");
        reply.Headers["retry-after-ms"].ShouldBe("1500");
        reply.Error.GetProperty("type").GetString().ShouldBe("insufficient_quota");
        reply.Error.GetProperty("code").GetString().ShouldBe("credit_balance_exhausted");
        reply.Error.GetProperty("message").GetString().ShouldBe("No credit: top up");
        simulator.Server.Videos.CreateCount.ShouldBe(0);
    }

    [Fact]
    public async Task Status_with_effect_creates_and_answers_with_the_error()
    {
        await using var simulator = await StartAsync("create:status:status=504:effect=true");

        (await CreateAsync(simulator)).Status.ShouldBe(504);
        simulator.Server.Videos.CreateCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("drop-before", 0)]
    [InlineData("drop-after", 1)]
    public async Task A_dropped_create_has_happened_or_not_and_the_caller_cannot_tell(string kind, int creates)
    {
        await using var simulator = await StartAsync($"create:{kind}:times=1");

        await Should.ThrowAsync<HttpRequestException>(() => CreateAsync(simulator));

        simulator.Server.Videos.CreateCount.ShouldBe(creates);
        await Wait.UntilAsync(() => simulator.Server.Requests.Entries[0].Status == 0);
        (await CreateAsync(simulator)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(":effect=false", 0)]
    public async Task A_hanging_create_answers_nothing_until_the_caller_leaves(string more, int creates)
    {
        await using var simulator = await StartAsync($"create:hang{more}");
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var create = http.PostAsync(new Uri($"{simulator.Server.BaseUrl}/videos"), SimulatorClient.Form([new Part("prompt", "p")]), caller.Token);
        await Wait.UntilAsync(() => simulator.Server.Faults.Rules[0].Strikes == 1);

        create.IsCompleted.ShouldBeFalse();
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => create);
        await Wait.UntilAsync(() => simulator.Server.Requests.Entries[0].Status == 0);
        simulator.Server.Videos.CreateCount.ShouldBe(creates);
    }

    [Fact]
    public async Task A_hang_can_end()
    {
        await using var simulator = await StartAsync("create:hang:for=10ms");

        (await CreateAsync(simulator)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_server_stops_while_a_request_hangs()
    {
        var simulator = await StartAsync("create:hang");
        var create = CreateAsync(simulator);
        await Wait.UntilAsync(() => simulator.Server.Faults.Rules[0].Strikes == 1);

        await simulator.Server.DisposeAsync();

        await Should.ThrowAsync<HttpRequestException>(() => create);
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task Slow_sends_everything_in_the_end()
    {
        await using var simulator = await StartAsync("content:slow:bytes=200000");
        var id = await simulator.CreateCompletedAsync();
        var expected = (await simulator.Server.GetContentAsync(id))!;

        (await simulator.GetAsync($"videos/{id}/content")).Bytes.Length.ShouldBe((int)expected.Length);
    }

    [Theory]
    [InlineData("content:truncate:bytes=5000", 5000)]
    [InlineData("content:truncate:bytes=99999999", 49_999)]
    [InlineData("content:truncate", 25_000)]
    [InlineData("content:wrong-length:bytes=10", 50_000)]
    public async Task A_cut_body_ends_before_the_length_it_promised(string rule, int sent)
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ContentBytes = 50_000, Faults = [FaultRule.Parse(rule)] });
        var id = await simulator.CreateCompletedAsync();
        using var response = await simulator.OpenAsync($"videos/{id}/content");
        using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        response.Content.Headers.ContentLength!.Value.ShouldBeGreaterThan(sent);
        var (read, whole) = await ReadAsync(body);

        whole.ShouldBeFalse();
        read.ShouldBe(sent);
    }

    [Fact]
    public async Task Wrong_length_below_zero_is_a_clean_answer_that_lacks_its_end()
    {
        await using var simulator = await SimulatorClient.StartAsync(
            options => options with { ContentBytes = 50_000, Faults = [FaultRule.Parse("content:wrong-length:bytes=-100")] });
        var id = await simulator.CreateCompletedAsync();

        var reply = await simulator.GetAsync($"videos/{id}/content");

        reply.Bytes.Length.ShouldBe(49_900);
        reply.Headers["Content-Length"].ShouldBe("49900");
    }

    [Fact]
    public async Task A_stalled_body_stops_in_the_middle()
    {
        await using var simulator = await StartAsync("content:stall:bytes=1000");
        var id = await simulator.CreateCompletedAsync();
        using var response = await simulator.OpenAsync($"videos/{id}/content");
        using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[1000], TestContext.Current.CancellationToken);

        var next = body.ReadAsync(new byte[1], TestContext.Current.CancellationToken);

        next.IsCompleted.ShouldBeFalse();
        response.Content.Headers.ContentLength!.Value.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task A_stall_can_go_on()
    {
        await using var simulator = await StartAsync("content:stall:bytes=1000:for=10ms");
        var id = await simulator.CreateCompletedAsync();

        Mp4.Boxes((await simulator.GetAsync($"videos/{id}/content")).Bytes).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Garbage_has_the_right_length_and_type_or_is_a_page()
    {
        await using var simulator = await StartAsync("content:garbage:times=1", "content:garbage:as=html:times=1");
        var id = await simulator.CreateCompletedAsync();
        var real = (await simulator.Server.GetContentAsync(id))!;

        var noise = await simulator.GetAsync($"videos/{id}/content");
        var page = await simulator.GetAsync($"videos/{id}/content");

        noise.Bytes.Length.ShouldBe((int)real.Length);
        noise.Headers["Content-Type"].ShouldBe("video/mp4");
        noise.Bytes.AsSpan(4, 4).SequenceEqual("ftyp"u8).ShouldBeFalse();
        page.Status.ShouldBe(200);
        page.Text.ShouldStartWith("<!DOCTYPE html>");
    }

    [Fact]
    public async Task Malformed_json_ends_in_the_middle_and_the_create_has_happened()
    {
        await using var simulator = await StartAsync("create:malformed");

        var reply = await CreateAsync(simulator);

        reply.Status.ShouldBe(200);
        Should.Throw<System.Text.Json.JsonException>(() => reply.Json);
        simulator.Server.Videos.CreateCount.ShouldBe(1);
    }

    [Fact]
    public async Task Moderation_refuses_the_create_or_fails_the_video()
    {
        await using var simulator = await StartAsync("create:moderation:match=now", "create:moderation:late=true:at=30:match=later");

        var refused = await CreateAsync(simulator, "Blocked now");
        var id = (await CreateAsync(simulator, "Blocked later")).Id;
        simulator.Clock.Advance(TimeSpan.FromSeconds(3));
        var failed = await simulator.GetAsync($"videos/{id}");

        refused.Status.ShouldBe(400);
        refused.Error.GetProperty("code").GetString().ShouldBe("moderation_blocked");
        failed.Word("status").ShouldBe("failed");
        failed.Error.GetProperty("code").GetString().ShouldBe("moderation_blocked");
        failed.Json.GetProperty("progress").GetInt32().ShouldBe(30);
        simulator.Server.Videos.CreateCount.ShouldBe(1);
    }

    [Fact]
    public async Task Fail_ends_the_video_with_the_code_and_status_asked_for()
    {
        await using var simulator = await StartAsync("create:fail:code=internal_error:as=cancelled:message=Gone");
        var id = await simulator.CreateCompletedAsync();

        var video = await simulator.GetAsync($"videos/{id}");

        video.Word("status").ShouldBe("cancelled");
        video.Error.GetProperty("code").GetString().ShouldBe("internal_error");
        video.Error.GetProperty("message").GetString().ShouldBe("Gone");
        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_stuck_video_never_goes_past_its_percent()
    {
        await using var simulator = await StartAsync("create:stuck:at=42");
        var id = await simulator.CreateCompletedAsync();
        simulator.Clock.Advance(TimeSpan.FromDays(1));

        var video = await simulator.GetAsync($"videos/{id}");

        video.Word("status").ShouldBe("in_progress");
        video.Json.GetProperty("progress").GetInt32().ShouldBe(42);
    }

    [Fact]
    public async Task A_lost_video_is_404_from_then_on()
    {
        await using var simulator = await StartAsync("get:lost:skip=1:times=1");
        var id = await simulator.CreateAsync();

        (await simulator.GetAsync($"videos/{id}")).Status.ShouldBe(200);
        (await simulator.GetAsync($"videos/{id}")).Status.ShouldBe(404);
        (await simulator.GetAsync($"videos/{id}")).Status.ShouldBe(404);
        ListTests.IdsOf(await simulator.GetAsync("videos")).ShouldBeEmpty();
        simulator.Server.Videos.CreateCount.ShouldBe(1);
    }

    [Fact]
    public async Task Content_is_not_ready_for_some_requests_or_for_some_time_after_completion()
    {
        await using var simulator = await StartAsync("content:not-ready:times=2:match=requests", "create:not-ready:for=5s:match=time");
        var requests = await simulator.CreateCompletedAsync("by requests");
        var time = await simulator.CreateCompletedAsync("by time");

        (await simulator.GetAsync($"videos/{time}")).Word("status").ShouldBe("completed");
        (await ContentAsync(requests)).ShouldBe(404);
        (await ContentAsync(requests)).ShouldBe(404);
        (await ContentAsync(requests)).ShouldBe(200);
        (await ContentAsync(time)).ShouldBe(404);
        simulator.Clock.Advance(TimeSpan.FromSeconds(5));
        (await ContentAsync(time)).ShouldBe(200);

        async Task<int> ContentAsync(string id) => (await simulator.GetAsync($"videos/{id}/content")).Status;
    }

    [Fact]
    public async Task Expired_content_is_404_and_its_expiry_has_passed()
    {
        await using var simulator = await StartAsync("create:expired");
        var id = await simulator.CreateCompletedAsync();

        var video = (await simulator.GetAsync($"videos/{id}")).Json;

        video.GetProperty("expires_at").GetInt64().ShouldBe(video.GetProperty("completed_at").GetInt64());
        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_redirect_leads_to_content_that_refuses_a_token()
    {
        await using var simulator = await StartAsync("content:redirect");
        var id = await simulator.CreateCompletedAsync();

        var redirect = await simulator.GetAsync($"videos/{id}/content?variant=thumbnail");
        var signed = new Uri(redirect.Headers["Location"]);
        var withToken = await simulator.SendAsync(HttpMethod.Get, signed, null, ("Authorization", "Bearer k"));
        var without = await simulator.SendAsync(HttpMethod.Get, signed, null, ("Range", "bytes=0-9"));
        var forged = await simulator.SendAsync(HttpMethod.Get, new Uri(signed.ToString().Replace("thumbnail", "video", StringComparison.Ordinal)), null);

        redirect.Status.ShouldBe(302);
        signed.AbsolutePath.ShouldNotStartWith("/v1");
        withToken.Status.ShouldBe(400);
        simulator.Server.Requests.RefusedTokens.ShouldBe(1);
        without.Status.ShouldBe(206);
        forged.Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_rule_strikes_only_what_it_matches_after_what_it_skips_as_often_as_it_says()
    {
        await using var simulator = await StartAsync("create:status:status=503:match=LIGHT:skip=1:times=2");

        (await CreateAsync(simulator, "a cat")).Status.ShouldBe(200);
        (await CreateAsync(simulator, "a light")).Status.ShouldBe(200);
        (await CreateAsync(simulator, "a light")).Status.ShouldBe(503);
        (await CreateAsync(simulator, "a cat")).Status.ShouldBe(200);
        (await CreateAsync(simulator, "a light")).Status.ShouldBe(503);
        (await CreateAsync(simulator, "a light")).Status.ShouldBe(200);
        simulator.Server.Faults.Rules[0].Strikes.ShouldBe(2);
    }

    [Fact]
    public async Task A_rule_can_be_about_one_variant()
    {
        await using var simulator = await StartAsync("content:status:variant=thumbnail");
        var id = await simulator.CreateCompletedAsync();

        (await simulator.GetAsync($"videos/{id}/content?variant=thumbnail")).Status.ShouldBe(500);
        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Any_strikes_every_operation()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateCompletedAsync();
        simulator.Server.Faults.Add("any:status:status=503");

        (await CreateAsync(simulator)).Status.ShouldBe(503);
        (await simulator.GetAsync($"videos/{id}")).Status.ShouldBe(503);
        (await simulator.GetAsync("videos")).Status.ShouldBe(503);
        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(503);
        (await simulator.PostJsonAsync($"videos/{id}/remix", new { prompt = "p" })).Status.ShouldBe(503);
        (await simulator.DeleteAsync($"videos/{id}")).Status.ShouldBe(503);
        simulator.Server.Faults.Clear();
        (await simulator.DeleteAsync($"videos/{id}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_refused_request_uses_up_no_strike()
    {
        await using var simulator = await StartAsync("create:drop-after:times=1", "content:truncate:times=1");
        var rules = simulator.Server.Faults;

        (await simulator.PostJsonAsync("videos", new { prompt = "p", model = "unknown" })).Status.ShouldBe(400);
        (await simulator.GetAsync("videos/video_unknown/content")).Status.ShouldBe(404);

        rules.Rules.Sum(rule => rule.Strikes).ShouldBe(0);
    }

    private static Task<SimulatorClient> StartAsync(params string[] rules) =>
        SimulatorClient.StartAsync(options => options with { Faults = [.. rules.Select(FaultRule.Parse)] });

    private static Task<Reply> CreateAsync(SimulatorClient simulator, string prompt = "A lighthouse") =>
        simulator.PostFormAsync("videos", new Part("prompt", prompt));

    private static async Task<(int Bytes, bool Whole)> ReadAsync(Stream body)
    {
        var buffer = new byte[8192];
        var total = 0;
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0)
                total += read;
            return (total, true);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return (total, false);
        }
    }
}
