using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Quartz;
using Bickford.Renders.Sora;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The README's sample is this code, and it works.</summary>
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
            // README begins
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
            // README ends
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

    [Fact]
    public void The_readme_shows_exactly_the_code_of_the_test_above()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "worker.sln")))
            root = Path.GetDirectoryName(root)!;
        var here = File.ReadAllLines(Path.Combine(root, "tests", "Bickford.Renders.IntegrationTests", "ReadmeTests.cs"));
        var code = here.SkipWhile(l => l.Trim() != "// README begins").Skip(1)
            .TakeWhile(l => l.Trim() != "// README ends").Select(l => l[12..]);
        var readme = File.ReadAllLines(Path.Combine(root, "README.md"));
        var sample = readme.SkipWhile(l => l != "```csharp").Skip(1).TakeWhile(l => l != "```");

        sample.ShouldBe(code);
    }
}
