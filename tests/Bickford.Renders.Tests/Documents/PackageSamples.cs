using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.S3;
using Bickford.Renders.Skia;
using Bickford.Renders.Sora;
using Bickford.Renders.Videos;
using Bickford.Renders.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.Tests.Documents;

/// <summary>The C# of the packages' own pages, word for word, and that each brings what it is for.</summary>
public sealed class PackageSamples
{
    private readonly HostApplicationBuilder _builder = Host.CreateApplicationBuilder();

    [Fact]
    public void Databases()
    {
        var builder = _builder;

        builder.Services.AddRenders().UseSqlite("data/renders.db");
        builder.Services.AddRenders().UsePostgreSql("Host=db.example;Database=renders;Username=renders");

        Brings<IRenderStore>("Bickford.Renders.Data");
    }

    [Fact]
    public void The_provider()
    {
        var builder = _builder;

        builder.Services.AddRenders().UseVideosApi(api =>
        {
            api.BaseUrl = "https://videos.example/v1";
            api.ApiKey = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        });

        Brings<IVideosApi>("Bickford.Renders.Sora");
    }

    [Fact]
    public void The_engine_in_memory()
    {
        var builder = _builder;

        builder.Services.AddRenders().UseQuartz();

        Brings<IJobScheduler>("Bickford.Renders.Quartz");
    }

    [Fact]
    public void The_engine_for_many_processes()
    {
        var builder = _builder;

        builder.Services.AddRenders().UseQuartz(quartz => quartz.PostgreSql = "Host=db.example;Database=renders;Username=renders");

        Brings<IJobScheduler>("Bickford.Renders.Quartz");
    }

    [Fact]
    public void The_store()
    {
        var builder = _builder;

        builder.Services.AddRenders().UseS3Store(s3 =>
        {
            s3.ServiceUrl = "https://s3.example";
            s3.Bucket = "renders";
        });

        Brings<IVideoStore>("Bickford.Renders.S3");
    }

    [Fact]
    public void Images()
    {
        var builder = _builder;

        builder.Services.AddRenders().UseSkia();

        Brings<IImageFitter>("Bickford.Renders.Skia");
    }

    [Fact]
    public void Hooks()
    {
        var builder = _builder;
        builder.Configuration["Hooks:billing:Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

        var billing = new Hook
        {
            Name = "billing",
            Url = new Uri("https://billing.example/renders"),
            Secrets = [builder.Configuration["Hooks:billing:Secret"]!],
        };
        builder.Services.AddRenders().UseWebhooks([billing]);

        Brings<IHooks>("Bickford.Renders.Webhooks");
    }

    // What was asked for last holds.
    private void Brings<T>(string package)
    {
        var last = _builder.Services.Last(service => service.ServiceType == typeof(T));
        (last.ImplementationType ?? last.ImplementationInstance?.GetType() ?? last.ImplementationFactory!.Method.DeclaringType!).Assembly.GetName().Name.ShouldBe(package);
    }
}
