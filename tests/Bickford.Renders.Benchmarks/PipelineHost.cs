using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.Testing;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
#if HANGFIRE
using Bickford.Renders.Hangfire;
#endif

namespace Bickford.Renders.Benchmarks;

/// <summary>What a process of the pipeline is told.</summary>
/// <param name="Folder">Of all of them.</param>
/// <param name="PostgreSql">The database; null for SQLite in the folder.</param>
/// <param name="Hangfire">The engine; else Quartz.</param>
/// <param name="Bare">Empty jobs in the place of the steps.</param>
/// <param name="HandsIn">This one hands in the renders.</param>
/// <param name="WarmUp">How many first, which do not count.</param>
/// <param name="Renders">How many that do.</param>
internal sealed record PipelinePlan(string Folder, string? PostgreSql, bool Hangfire, bool Bare, bool HandsIn, int WarmUp, int Renders)
{
    /// <summary>The file whose appearance begins what counts.</summary>
    public string GoFile => Path.Combine(Folder, "go");
}

/// <summary>What a process did while it counted. Of a server, the server counts.</summary>
internal sealed record PipelineFigures(long AllocatedBytes, double CpuSeconds, DatabaseCounts Database);

/// <summary>One worker process of the pipeline. It prints <c>ready</c>, then how many renders have come to their end whenever that has changed, and its figures after SIGTERM.</summary>
internal static class PipelineHost
{
    public const string Name = "pipeline-host";
    public const string Ready = "ready";
    public const string Began = "began ";
    public const string Done = "done ";
    private const int Callers = 8;
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(PipelinePlan plan)
    {
        if (plan.PostgreSql is null)
            SqliteCounts.Begin();
        using var host = Build(plan);
        await host.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync();
        await host.StartAsync();
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var telling = TellAsync(host.Services.GetRequiredService<Completions>(), stopping);
        Console.WriteLine(Ready);
        if (plan.HandsIn)
            await HandInAsync(host.Services, plan, plan.WarmUp);
        while (!File.Exists(plan.GoFile))
            await Task.Delay(s_every, TimeProvider.System, CancellationToken.None);

        var (allocated, cpu, database) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime, SqliteCounts.Now);
        if (plan.HandsIn)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Began}{Stopwatch.GetTimestamp()}"));
            await HandInAsync(host.Services, plan, plan.Renders);
        }

        await telling;
        Console.WriteLine(JsonSerializer.Serialize(new PipelineFigures(GC.GetTotalAllocatedBytes() - allocated, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, SqliteCounts.Now - database)));
        await host.StopAsync();
        return 0;
    }

    private static IHost Build(PipelinePlan plan)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole();
        var renders = builder.Services.AddRenders(options =>
        {
            options.StagingRoot = Path.Combine(plan.Folder, "staging");
            options.Previews = false;
            options.DefaultModel = "sora-2";
            options.Poll.First = TimeSpan.FromSeconds(0.01);
            // The reference is the engine's own way: each of its five jobs goes through its tables.
            options.CarryOn = !plan.Bare;
        });
        _ = plan.PostgreSql is { } connection ? renders.UsePostgreSql(connection) : renders.UseSqlite(Path.Combine(plan.Folder, "renders.db"));
        var services = builder.Services;
        services.AddSingleton<IVideosApi, InstantProvider>();
        services.AddSingleton<IVideoStore, InMemoryVideoStore>();
        services.AddSingleton<Completions>();
        var runner = services.Single(service => service.ServiceType == typeof(IStepRunner)).ImplementationType!;
        UseEngine(renders, plan);
        services.AddSingleton<BareChain>();
        services.AddSingleton<IStepRunner>(provider => plan.Bare
            ? provider.GetRequiredService<BareChain>()
            : new CountingRunner((IStepRunner)ActivatorUtilities.CreateInstance(provider, runner), provider.GetRequiredService<Completions>()));
        if (plan.Bare)
            services.AddSingleton<IReconciler>(provider => provider.GetRequiredService<BareChain>());

        return builder.Build();
    }

    private static void UseEngine(RendersBuilder renders, PipelinePlan plan)
    {
#if HANGFIRE
        if (plan.Hangfire)
        {
            renders.UseHangfire(hangfire => hangfire.PostgreSql = plan.PostgreSql!);
            return;
        }
#endif
        renders.UseQuartz(quartz => quartz.PostgreSql = plan.PostgreSql);
    }

    private static Task HandInAsync(IServiceProvider services, PipelinePlan plan, int count)
    {
        var renders = services.GetRequiredService<IRenders>();
        var engine = services.GetRequiredService<IJobScheduler>();
        var chain = services.GetRequiredService<BareChain>();
        return Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, _) =>
        {
            if (plan.Bare)
                await engine.ScheduleAsync([chain.First()], CancellationToken.None);
            else
                await renders.EnqueueAsync(new RenderRequest(string.Create(CultureInfo.InvariantCulture, $"A lighthouse in fog, take {number}")), null, CancellationToken.None);
        });
    }

    private static async Task TellAsync(Completions completions, CancellationToken stopping)
    {
        var told = 0L;
        while (!stopping.IsCancellationRequested)
        {
            if (completions.Total is var total && total != told)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Done}{told = total} {Stopwatch.GetTimestamp()}"));
            await Task.Delay(s_every, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
