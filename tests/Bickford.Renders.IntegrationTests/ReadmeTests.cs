using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Quartz;
using Bickford.Renders.Sora;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The README's sample is this code, word for word (as the tests of documents see to), and it works.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_sample_of_the_readme_renders_a_video()
    {
        await using var world = await World.StartAsync();
        var (baseUrl, key) = (world.Simulator.BaseUrl.ToString(), world.Simulator.Options.ApiKey);
        var folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = world.Folder;
        try
        {
#pragma warning disable xUnit1051 // A reader of the sample has no test's token.
            var builder = Host.CreateApplicationBuilder();
            builder.Services.AddRenders(options => options.StagingRoot = "data/staging")
                .UseSqlite("data/renders.db")
                .UseFileStore("data/videos")
                .UseVideosApi(api => (api.BaseUrl, api.ApiKey) = (baseUrl, key))
                .UseQuartz();
            using var host = builder.Build();
            await host.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync();
            await host.StartAsync();
            var renders = host.Services.GetRequiredService<IRenders>();
            var render = await renders.EnqueueAndWaitAsync(new RenderRequest("A lighthouse in fog") { Model = "sora-2", Seconds = 4 }, "order-17");
#pragma warning restore xUnit1051

            render.Status.ShouldBe(RenderStatus.Completed);
            File.Exists(new Uri(render.Assets[0].Uri!).LocalPath).ShouldBeTrue();
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            Environment.CurrentDirectory = folder;
        }
    }
}
