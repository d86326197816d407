using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>The description of the API.</summary>
public sealed class DescriptionTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task It_can_be_read_and_names_every_address_with_all_its_answers()
    {
        var read = OpenApiDocument.Parse((await GetAsync("/openapi/v1.json")).Body, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        var described = read.Document!.Paths
            .SelectMany(path => path.Value.Operations!.Select(operation => $"{operation.Key} {path.Key} {string.Join(' ', operation.Value.Responses!.Keys.Order(StringComparer.Ordinal))}"));

        var mapped = Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
                $"{method} {endpoint.RoutePattern.RawText} {string.Join(' ', endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(answer => $"{answer.StatusCode}").Distinct().Order(StringComparer.Ordinal))}"));

        described.Order(StringComparer.Ordinal).ShouldBe(mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Its_fields_have_the_names_that_answers_have()
    {
        var document = OpenApiDocument.Parse((await GetAsync("/openapi/v1.json")).Body, "json").Document!;
        var render = document.Components!.Schemas!["RenderView"].Properties!;
        var answer = (await GetAsync($"/api/renders/{(await StoppedAsync(RenderStatus.Failed, RenderCause.Internal)).Id:D}")).Json.AsObject();

        render.Keys.Order(StringComparer.Ordinal).ShouldBe(answer.Select(field => field.Key).Order(StringComparer.Ordinal));
        document.Components.Schemas["ApiProblem"].Properties!.Keys.ShouldContain("allowed");
    }

    [Theory]
    [InlineData("/api/renders", "post", "multipart/form-data", "reference")]
    [InlineData("/api/renders", "post", "application/json", "intent")]
    [InlineData("/api/renders/{id}/remix", "post", "application/json", "kind")]
    [InlineData("/api/lint", "post", "application/json", "prompt")]
    public async Task What_may_be_sent_is_described(string path, string method, string type, string field)
    {
        var document = OpenApiDocument.Parse((await GetAsync("/openapi/v1.json")).Body, "json").Document!;

        document.Paths[path].Operations![new HttpMethod(method.ToUpperInvariant())].RequestBody!.Content![type].Schema!.Properties!.Keys.ShouldContain(field);
    }
}
