using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Who must not change anything over HTTP, and who comes too often.</summary>
public sealed class ForeignerTests(ApiFixture api) : ApiTest(api)
{
    private const string Advice = "/api/lint";

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    public async Task A_page_of_another_site_changes_nothing(string header, string value)
    {
        var row = await StoppedAsync(RenderStatus.Failed, RenderCause.Internal);

        foreach (var path in PostPaths(row.Id))
            (await SendAsync(HttpMethod.Post, path, Body(path), (header, value))).ShouldBeProblem(403);

        (await Api.Store.GetAsync(row.Id, Cancel))!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_page_of_ours_and_a_program_may()
    {
        var own = Api.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

        (await PostAsync("/api/renders", """{"prompt":"p"}""", ("Origin", own))).Status.ShouldBe(201);
        (await PostAsync("/api/renders", """{"prompt":"p"}""", ("Origin", own), ("Sec-Fetch-Site", "same-origin"))).Status.ShouldBe(201);
        (await PostAsync("/api/renders", """{"prompt":"p"}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Who_may_only_look_changes_nothing()
    {
        var row = await StoppedAsync(RenderStatus.Failed, RenderCause.Internal);
        var (app, http) = await Api.StartAppAsync(("Dashboard__ReadOnly", "true"));

        foreach (var path in PostPaths(row.Id).Where(path => path != Advice))
            (await SendAsync(http, HttpMethod.Post, path, Body(path))).ShouldBeProblem(403);
        (await SendAsync(http, HttpMethod.Post, Advice, Body(Advice))).Status.ShouldBe(200, "it is asked by POST for the length of a prompt, and changes nothing");
        (await SendAsync(http, HttpMethod.Get, $"/api/renders/{row.Id:D}", null)).Json["version"]!.GetValue<int>().ShouldBe(1);

        await app.StopAsync(Cancel);
        http.Dispose();
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        var (app, http) = await Api.StartAppAsync(("Dashboard__ApiRequestsPerMinute", "2"));

        (await SendAsync(http, HttpMethod.Get, "/api/renders", null)).Status.ShouldBe(200);
        (await SendAsync(http, HttpMethod.Get, "/api/ledger", null)).Status.ShouldBe(200);
        var refused = await SendAsync(http, HttpMethod.Get, "/api/renders", null);
        refused.ShouldBeProblem(429)["detail"]!.GetValue<string>().ShouldContain("Dashboard:ApiRequestsPerMinute");
        int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        (await SendAsync(http, HttpMethod.Get, "/health/live", null)).Status.ShouldBe(200);

        await app.StopAsync(Cancel);
        http.Dispose();
    }

    private static StringContent Body(string path) => Text("""{"prompt":"p"}""", path.EndsWith("/batch", StringComparison.Ordinal) ? "application/jsonl" : "application/json");

    // All there are, also those that somebody adds one day.
    private List<string> PostPaths(Guid id)
    {
        var paths = Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST"))
            .Select(endpoint => endpoint.RoutePattern.RawText!.Replace("{id}", id.ToString("D"), StringComparison.Ordinal)).ToList();
        paths.Count.ShouldBeGreaterThanOrEqualTo(7);
        return paths;
    }
}
