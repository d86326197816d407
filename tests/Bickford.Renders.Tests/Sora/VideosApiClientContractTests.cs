using Bickford.Renders.Sora;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Sora;

/// <summary>The contract, run by the client as the container makes it, over a real socket.</summary>
public class VideosApiClientContractTests : VideosApiContract
{
    private FakeVideosServer? _server;
    private ServiceProvider? _provider;

    protected override async ValueTask<IVideosApi> StartAsync()
    {
        _server = await FakeVideosServer.StartAsync();
        var services = new ServiceCollection();
        new RendersBuilder(services).UseVideosApi(o => (o.BaseUrl, o.Format) = (_server.BaseUrl, Format));
        _provider = services.BuildServiceProvider();
        return _provider.GetRequiredService<IVideosApi>();
    }

    protected override async ValueTask StopAsync()
    {
        if (_provider is not null)
            await _provider.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    protected virtual RequestFormat Format => RequestFormat.Auto;

    protected override ValueTask CompleteAsync(string videoId)
    {
        _server!.Complete(videoId);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask FailAsync(string videoId, string code)
    {
        _server!.Fail(videoId, code);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The contract with every create as a form.</summary>
public sealed class VideosApiClientMultipartContractTests : VideosApiClientContractTests
{
    protected override RequestFormat Format => RequestFormat.Multipart;
}
