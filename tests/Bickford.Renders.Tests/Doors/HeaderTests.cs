using System.Net;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Tests.Doors;

/// <summary>What every answer tells a browser.</summary>
public sealed class HeaderTests
{
    [Fact]
    public async Task Every_answer_forbids_what_no_page_of_ours_needs()
    {
        await using var world = await DoorWorld.StartAsync();

        foreach (var path in new[] { "/", "/no-such-page", "/health/live", "/api/who" })
        {
            using var answer = await world.GetAsync(path);
            Header(answer, "Content-Security-Policy").ShouldBe(SecurityHeaders.Policy, path);
            Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
            Header(answer, "X-Frame-Options").ShouldBe("DENY");
            Header(answer, "Referrer-Policy").ShouldBe("same-origin");
            Header(answer, "Cross-Origin-Opener-Policy").ShouldBe("same-origin");
            Header(answer, "Cross-Origin-Resource-Policy").ShouldBe("same-origin");
            Header(answer, "Permissions-Policy").ShouldContain("camera=()");
            Header(answer, "Cache-Control").ShouldContain("private");
            answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse("it is http");
        }
    }

    [Fact]
    public async Task So_does_a_refusal_which_nobody_keeps()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:OperatorPassword=operator-password-1");

        using var answer = await world.GetAsync("/", ("Accept", "text/html"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        Header(answer, "Content-Security-Policy").ShouldBe(SecurityHeaders.Policy);
        Header(answer, "Cache-Control").ShouldBe("no-store");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public void No_page_of_ours_may_run_what_stands_in_it()
    {
        SecurityHeaders.Policy.ShouldNotContain("unsafe");
        SecurityHeaders.Policy.ShouldNotContain("*");
        SecurityHeaders.Policy.ShouldNotContain("http");
    }

    [Fact]
    public async Task Hangfires_pages_alone_may_and_an_endpoint_may_be_stricter()
    {
        await using var world = await DoorWorld.StartAsync();

        using var hangfire = await world.GetAsync("/hangfire");
        using var beside = await world.GetAsync("/hangfire-not");
        using var own = await world.GetAsync("/own");

        Header(hangfire, "Content-Security-Policy").ShouldBe(SecurityHeaders.HangfirePolicy);
        Header(beside, "Content-Security-Policy").ShouldBe(SecurityHeaders.Policy);
        Header(own, "Content-Security-Policy").ShouldBe("default-src 'none'");
        Header(own, "Cache-Control").ShouldBe("max-age=60");
    }

    [Fact]
    public async Task Over_https_browsers_are_told_to_stay_there()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:Proxy:Addresses=10.1.2.3");
        var key = KeyDoorTests.Bearer(world.Keys.Give("ci", ApiKeyRole.Viewer));

        using var named = await world.GetAsync("/api/who", (DoorWorld.From, "10.1.2.3"), key, ("X-Forwarded-Proto", "https"));
        using var other = await world.GetAsync("/api/who", (DoorWorld.From, "10.1.2.4"), key, ("X-Forwarded-Proto", "https"));

        Header(named, "Strict-Transport-Security").ShouldStartWith("max-age=");
        other.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    [Fact]
    public async Task Without_the_setting_no_other_origin_reads_anything()
    {
        await using var world = await DoorWorld.StartAsync();

        using var answer = await world.GetAsync("/api/who", ("Origin", "https://tools.example"));
        using var preflight = await PreflightAsync(world, "/api/renders", "https://tools.example");

        answer.Headers.ShouldNotContain(header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        preflight.Headers.ShouldNotContain(header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_origins_that_are_named_read_the_api_with_a_key_and_nothing_without()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:Cors:Origins=https://tools.example,http://localhost:3000", "Dashboard:OperatorPassword=operator-password-1");
        var key = KeyDoorTests.Bearer(world.Keys.Give("tools", ApiKeyRole.Operator));

        using var preflight = await PreflightAsync(world, "/api/renders", "https://tools.example");
        using var with = await world.PostAsync("/api/renders", null, key, ("Origin", "https://tools.example"), ("Sec-Fetch-Site", "cross-site"));
        using var without = await world.GetAsync("/api/who", ("Origin", "https://tools.example"));
        using var other = await PreflightAsync(world, "/api/renders", "https://tools.example.evil.example");
        using var port = await PreflightAsync(world, "/api/renders", "http://localhost:3001");
        using var page = await PreflightAsync(world, "/act/resume", "https://tools.example");

        Header(preflight, "Access-Control-Allow-Origin").ShouldBe("https://tools.example");
        preflight.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        with.StatusCode.ShouldBe(HttpStatusCode.OK);
        Header(with, "Access-Control-Allow-Origin").ShouldBe("https://tools.example");
        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var refused in new[] { other, port, page })
            refused.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    private static Task<HttpResponseMessage> PreflightAsync(DoorWorld world, string path, string origin) => world.SendAsync(
        HttpMethod.Options, path, null, ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type"));

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
