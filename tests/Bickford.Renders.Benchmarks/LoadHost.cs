using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.Sora;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Benchmarks;

/// <summary>What the host is told.</summary>
internal sealed record LoadPlan(string BaseUrl, string Folder, string? PostgreSql, int Renders, int RequestsPerMinute, int MaxInFlight, bool Previews);

/// <summary>What the host reports: latencies in milliseconds, calls of the row store, seconds that the enqueues took.</summary>
internal sealed record LoadFigures(double EnqueueSeconds, Dictionary<string, double[]> Latencies, Dictionary<string, long> Calls);

/// <summary>
/// An application of its own process that embeds the worker as a library: it hands in all renders at once, and while they are made goes on asking, listing, handing in and
/// cancelling, until SIGTERM.
/// </summary>
internal static class LoadHost
{
    public const string Name = "load-host";
    public const string Enqueued = "enqueued";
    private const int Callers = 32;

    public static async Task<int> RunAsync(LoadPlan plan)
    {
        var counts = new CallCounts();
        using var host = Build(plan, counts);
        await host.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync();
        await host.StartAsync();
        var renders = host.Services.GetRequiredService<IRenders>();
        var latencies = new Latencies();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, plan.Renders),
            new ParallelOptions { MaxDegreeOfParallelism = Callers },
            async (i, _) => await latencies.TimeAsync("enqueue_all", () => renders.EnqueueAsync(Request(i), null, CancellationToken.None)));
        var took = watch.Elapsed.TotalSeconds;
        Console.WriteLine(Enqueued);
        await ProbeAsync(renders, latencies, host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        await host.StopAsync();
        Console.WriteLine(JsonSerializer.Serialize(new LoadFigures(took, latencies.ToDictionary(), counts.Counts.ToDictionary())));
        return 0;
    }

    /// <summary>The render of a number: one in twenty is urgent, one in twenty may wait.</summary>
    private static RenderRequest Request(int number) => new(string.Create(CultureInfo.InvariantCulture, $"Load {number}"))
    {
        Priority = (number % 20) switch { 7 => 10, 13 => -10, _ => 0 },
    };

    private static IHost Build(LoadPlan plan, CallCounts counts)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole();
        var renders = builder.Services.AddRenders(options =>
        {
            options.StagingRoot = Path.Combine(plan.Folder, "staging");
            options.RequestsPerMinute = plan.RequestsPerMinute;
            options.MaxInFlight = plan.MaxInFlight;
            options.Previews = plan.Previews;
            options.DefaultModel = "sora-2";
        });
        _ = plan.PostgreSql is { } connection ? renders.UsePostgreSql(connection) : renders.UseSqlite(Path.Combine(plan.Folder, "renders.db"));
        renders.UseFileStore(Path.Combine(plan.Folder, "videos")).UseVideosApi(api => api.BaseUrl = plan.BaseUrl).UseQuartz(quartz => quartz.PostgreSql = plan.PostgreSql);
        builder.Services.AddSingleton(services => counts.Around(services.GetRequiredService<RenderDatabase>().Store));
        builder.Services.AddSingleton(services => counts.Around(services.GetRequiredService<RenderDatabase>().Gate));
        return builder.Build();
    }

    private static async Task ProbeAsync(IRenders renders, Latencies latencies, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.5), TimeProvider.System);
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(stopping); i++)
            {
                var probe = await latencies.TimeAsync("enqueue", () => renders.EnqueueAsync(new RenderRequest(string.Create(CultureInfo.InvariantCulture, $"Probe {i}")) { Priority = -100 }, null, CancellationToken.None));
                await latencies.TimeAsync("get", () => renders.GetAsync(probe.Id, CancellationToken.None));
                await latencies.TimeAsync("list", () => renders.ListAsync(null, null, 50, CancellationToken.None));
                await latencies.TimeAsync("list_queued", () => renders.ListAsync(new RenderFilter { Statuses = [RenderStatus.Queued] }, null, 50, CancellationToken.None));
                await latencies.TimeAsync("cancel", () => renders.CancelAsync(probe.Id, null, CancellationToken.None));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    private sealed class Latencies
    {
        private readonly Dictionary<string, List<double>> _all = [];

        public async Task<T> TimeAsync<T>(string name, Func<Task<T>> call)
        {
            var watch = Stopwatch.StartNew();
            var result = await call();
            lock (_all)
            {
                if (!_all.TryGetValue(name, out var list))
                    _all[name] = list = [];
                list.Add(watch.Elapsed.TotalMilliseconds);
            }

            return result;
        }

        public Dictionary<string, double[]> ToDictionary()
        {
            lock (_all)
                return _all.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        }
    }
}
