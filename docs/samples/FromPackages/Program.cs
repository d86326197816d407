// A program made from the packages, without this repository: it renders one video and says where it is.
//
//   dotnet run -- https://videos.example/v1
using Bickford.Renders;
using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.Quartz;
using Bickford.Renders.Sora;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var (baseUrl, key) = (args[0], Environment.GetEnvironmentVariable("OPENAI_API_KEY"));

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
await host.StopAsync();

Console.WriteLine($"{render.Status} {render.Assets[0].Uri} {render.Assets[0].Sha256}");
