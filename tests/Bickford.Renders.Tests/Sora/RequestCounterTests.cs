using System.Net;
using Bickford.Renders.Sora;
using static Bickford.Renders.Tests.Sora.ScriptedHandler;

namespace Bickford.Renders.Tests.Sora;

/// <summary>What is counted of the requests to the provider.</summary>
public sealed class RequestCounterTests
{
    private readonly RequestCounter _counter = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_counts_by_what_came_of_it()
    {
        using var invoker = Invoker(Answers(
            () => Json(HttpStatusCode.OK, "{}"),
            () => Json(HttpStatusCode.TooManyRequests, "{}"),
            () => Json(HttpStatusCode.BadGateway, "{}"),
            () => Json(HttpStatusCode.NotFound, "{}"),
            () => throw new HttpRequestException("no connection")));

        for (var i = 0; i < 4; i++)
            (await SendAsync(invoker, "https://host.example/v1/videos")).Dispose();
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(invoker, "https://host.example/v1/videos/1"));

        _counter.Take().ShouldBe(new RequestCounts(5, 1, 2));
        _counter.Take().ShouldBe(default, "it was taken");
    }

    [Fact]
    public async Task Content_that_lies_on_another_host_is_no_request_to_the_provider()
    {
        using var invoker = Invoker(Answers(() => Json(HttpStatusCode.OK, "{}")));

        (await SendAsync(invoker, "https://cdn.example/v1/file")).Dispose();
        (await SendAsync(invoker, "https://host.example:8443/v1/file")).Dispose();

        _counter.Take().ShouldBe(default);
    }

    [Fact]
    public void What_could_not_be_passed_on_is_counted_again()
    {
        _counter.Add(new RequestCounts(3, 2, 1));
        _counter.Add(_counter.Take());
        _counter.Add(new RequestCounts(1, 0, 1));

        _counter.Take().ShouldBe(new RequestCounts(4, 2, 2));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker invoker, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await invoker.SendAsync(request, Cancel);
    }

    private HttpMessageInvoker Invoker(ScriptedHandler server) => new(new CountingHandler(_counter, new Uri("https://host.example/v1"), TimeProvider.System) { InnerHandler = server });
}
