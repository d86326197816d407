using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Serve;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Pages show texts that strangers wrote: they stay texts.</summary>
public sealed class PageTests
{
    private const string Evil = "</td><script>alert(1)</script><img src=x onerror=alert(2)>\"'";

    [Theory]
    [InlineData("/")]
    [InlineData("/renders/")]
    public async Task Markup_in_a_prompt_or_a_message_stays_text_and_could_load_nothing(string path)
    {
        var render = Rows.Queued().Stopped(RenderStatus.Failed, RenderCause.ProviderFailed) with { Prompt = Evil, Message = Evil, Model = Evil, Tags = [Evil] };
        var store = new InMemoryRenderStore(TimeProvider.System);
        await store.InsertAsync(render, [], TestContext.Current.CancellationToken);
        await using var app = await StartAsync(store);
        using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };

        using var answer = await http.GetAsync(new Uri(path == "/" ? path : $"{path}{render.Id:D}", UriKind.Relative), TestContext.Current.CancellationToken);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        page.ShouldContain("&lt;script&gt;alert(1)");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("<img");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none';");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    private static async Task<WebApplication> StartAsync(InMemoryRenderStore store)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IRenderStore>(store);
        builder.Services.AddSingleton<ILedger>(store.Ledger);
        var app = builder.Build();
        app.UseRouting();
        app.MapStatus(SettingsWorld.Load());
        app.MapRenderPage();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
