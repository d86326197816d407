using Bickford.Renders.Data;
using Bickford.Renders.Quartz;
using Bickford.Renders.S3;
using Bickford.Renders.Skia;
using Bickford.Renders.Sora;
using Bickford.Renders.Webhooks;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.Samples.FromPackages;

/// <summary>What the page of each package shows, word for word.</summary>
internal static class Registrations
{
    public static void Sqlite(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UseSqlite("data/renders.db");
    }

    public static void PostgreSql(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UsePostgreSql("Host=db.example;Database=renders;Username=renders");
    }

    public static void VideosApi(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UseVideosApi(api =>
        {
            api.BaseUrl = "https://videos.example/v1";
            api.ApiKey = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        });
    }

    public static void S3(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UseS3Store(s3 =>
        {
            s3.ServiceUrl = "https://s3.example";
            s3.Bucket = "renders";
        });
    }

    public static void Quartz(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UseQuartz();
    }

    public static void ClusteredQuartz(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UseQuartz(quartz => quartz.PostgreSql = "Host=db.example;Database=renders;Username=renders");
    }

    public static void Skia(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UseSkia();
    }

    public static void Webhooks(HostApplicationBuilder builder)
    {
        var billing = new Hook
        {
            Name = "billing",
            Url = new Uri("https://billing.example/renders"),
            Secrets = [builder.Configuration["Hooks:billing:Secret"]!],
        };
        builder.Services.AddRenders().UseWebhooks([billing]);
    }
}
