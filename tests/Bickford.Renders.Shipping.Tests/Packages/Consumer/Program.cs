// Somebody else's program: it knows the packages and nothing of their repository. It renders one video and says where it is.
using Bickford.Renders;
using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.Ledger;
using Bickford.Renders.Quartz;
using Bickford.Renders.Skia;
using Bickford.Renders.Sora;
using Bickford.Renders.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var baseUrl = args[0];
var builder = Host.CreateApplicationBuilder();
builder.Services.AddRenders(options => options.StagingRoot = "data/staging")
    .UseSqlite("data/renders.db")
    .UseFileStore("data/videos")
    .UseVideosApi(api => api.BaseUrl = baseUrl)
    .UseQuartz()
    .UseSkia()
    .UseWebhooks([]);
using var host = builder.Build();
await host.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync();
await host.StartAsync();
var renders = host.Services.GetRequiredService<IRenders>();
var render = await renders.EnqueueAndWaitAsync(new RenderRequest("A lighthouse in fog") { Model = "sora-2", Seconds = 4 }, "order-17");
Console.WriteLine($"{render.Status} {render.Assets[0].Uri} {render.Assets[0].Sha256}");
await host.StopAsync();
