using Bickford.Renders.Sora;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bickford.Renders.Tests.Sora;

public class VideosApiOptionsTests
{
    public static TheoryData<string, Action<VideosApiOptions>> Wrong => new()
    {
        { "Sora:BaseUrl: (none) is not allowed", static o => o.BaseUrl = "" },
        { "Sora:BaseUrl: 'api.example.test/v1' is not allowed", static o => o.BaseUrl = "api.example.test/v1" },
        { "Sora:BaseUrl: 'ftp://example.test' is not allowed", static o => o.BaseUrl = "ftp://example.test" },
        { "Sora:BaseUrl: 'https://example.test/v1?x=1' is not allowed", static o => o.BaseUrl = "https://example.test/v1?x=1" },
        { "Sora:BaseUrl: 'https://example.test/v1#x' is not allowed", static o => o.BaseUrl = "https://example.test/v1#x" },
        { "Sora:BaseUrl: (none) is not allowed", static o => o.BaseUrl = null! },
        { "Sora:ApiKey: '(hidden)' is not allowed", static o => o.ApiKey = "sk-1\r\nX: y" },
        { "Sora:Headers:", static o => o.Headers["X-A"] = "a\r\nX-B: b" },
        { "Sora:Headers: 'X A' is not allowed", static o => o.Headers["X A"] = "a" },
        { "Sora:Headers: 'Content-Length' is not allowed", static o => o.Headers["Content-Length"] = "0" },
        { "Sora:Headers:Authorization", static o => o.Headers["authorization"] = "Basic abc" },
        { "Sora:ExtraFields: 'a\"b' is not allowed", static o => o.ExtraFields["a\"b"] = "1" },
        { "Sora:ExtraFields: 'prompt' is not allowed", static o => o.ExtraFields["prompt"] = "1" },
        { "Sora:Format: '9' is not allowed", static o => o.Format = (RequestFormat)9 },
        { "Sora:CreateTimeout: '00:00:00' is not allowed; allowed: 00:00:01 to 01:00:00", static o => o.CreateTimeout = TimeSpan.Zero },
        { "Sora:ReadAttempts: '0' is not allowed; allowed: 1 to 20", static o => o.ReadAttempts = 0 },
        { "Sora:ReadRetryMax", static o => o.ReadRetryMax = TimeSpan.FromMilliseconds(1) },
        { "Sora:CircuitFailureRatio: '0' is not allowed", static o => o.CircuitFailureRatio = 0 },
        { "Sora:CircuitMinimumRequests: '1' is not allowed", static o => o.CircuitMinimumRequests = 1 },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_setting_gives_one_line_that_names_it(string beginning, Action<VideosApiOptions> spoil)
    {
        var handler = ScriptedHandler.Answers(static () => new HttpResponseMessage());

        var problem = Should.Throw<OptionsValidationException>(() => handler.Client(configure: spoil));

        problem.Message.ShouldStartWith(beginning);
        problem.Message.ShouldContain("; allowed: ");
        problem.Message.ShouldContain("appsettings.json");
        problem.Message.ShouldNotContain("\n");
        problem.Message.ShouldNotContain("sk-");
    }

    [Fact]
    public void A_password_in_the_base_url_is_refused_and_not_repeated() =>
        Should.Throw<OptionsValidationException>(() => ScriptedHandler.Answers(static () => new HttpResponseMessage())
                .Client(configure: static o => o.BaseUrl = "https://user:hunter2@example.test"))
            .Message.ShouldNotContain("hunter2");

    [Fact]
    public void The_container_gives_one_client_with_its_settings_checked()
    {
        var services = new ServiceCollection();
        new RendersBuilder(services).UseVideosApi(static o => o.BaseUrl = "http://127.0.0.1:1/v1");
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IVideosApi>().ShouldBeSameAs(provider.GetRequiredService<IVideosApi>());
        provider.GetRequiredService<IHttpClientFactory>().CreateClient(SoraServiceCollectionExtensions.ReadClientName).Timeout.ShouldBe(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void The_container_refuses_wrong_settings()
    {
        var services = new ServiceCollection();
        new RendersBuilder(services).UseVideosApi(static o => o.BaseUrl = "nowhere");
        using var provider = services.BuildServiceProvider();

        Should.Throw<OptionsValidationException>(provider.GetRequiredService<IVideosApi>).Message.ShouldStartWith("Sora:BaseUrl: 'nowhere'");
    }
}
