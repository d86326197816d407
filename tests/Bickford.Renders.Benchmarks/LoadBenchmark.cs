using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// Thousands of renders handed in at once, at a provider that takes few requests: does memory stay flat, is the limit used, does everybody get on in order, and does
/// whoever asks meanwhile get his answer?
/// </summary>
/// <param name="renders">How many.</param>
/// <param name="requestsPerSecond">What the provider takes.</param>
/// <param name="maxInFlight">What may be in flight; 0 is no limit.</param>
/// <param name="postgres">With PostgreSQL, jobs shared with a second worker; null for SQLite and jobs in memory.</param>
internal sealed class LoadBenchmark(int renders, int requestsPerSecond, int maxInFlight, PostgresServer? postgres)
{
    // Steps that may be under way when another render is handed in: what a worker has taken, it does not put back.
    private const int Workers = 16;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly List<LoadSample> _samples = [];

    public async Task<int> RunAsync(bool json)
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            RenderTime = new TimeRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)),
            ContentLifetime = TimeSpan.FromHours(24),
        });
        await using var database = postgres is null ? null : await postgres.CreateDatabaseAsync();
        if (database is not null)
            world.OnPostgreSql(database.ConnectionString);
        var figures = await MeasureAsync(world, database?.ConnectionString, json);
        var report = await LoadReport.MakeAsync(world, renders, requestsPerSecond, Workers * (postgres is null ? 1 : 2), _samples, figures);
        Console.WriteLine(json ? JsonSerializer.Serialize(report, LoadReport.Json) : report.Text());
        return report.Passed ? 0 : 1;
    }

    private async Task<LoadFigures> MeasureAsync(World world, string? connection, bool quiet)
    {
        var plan = new LoadPlan(world.Simulator.BaseUrl.ToString(), world.Folder, connection, renders, requestsPerSecond * 60, maxInFlight, Previews: false);
        await using var host = RendersProcess.StartProgram(typeof(LoadBenchmark).Assembly.Location, world.Folder, new Dictionary<string, string>(), LoadHost.Name, JsonSerializer.Serialize(plan));
        await Eventually.HoldsAsync("all renders are handed in", () => Task.FromResult(Said(host)), TimeSpan.FromMinutes(15));
        await using var second = connection is null ? null : StartSecond(world);
        await SampleToEndAsync(world, host, quiet);
        if (second is not null)
        {
            second.Terminate();
            await second.WaitAsync();
        }

        host.Terminate();
        var result = await host.WaitAsync();
        return JsonSerializer.Deserialize<LoadFigures>(result.Output.Split('\n').Last(line => line.StartsWith('{')))!;
    }

    private RendersProcess StartSecond(World world)
    {
        foreach (var key in world.Settings.Keys.Where(key => key.StartsWith("Jobs__", StringComparison.Ordinal)).ToList())
            world.Settings.Remove(key); // the product's own times, as in the host
        world.Settings["Sora__RequestsPerMinute"] = (requestsPerSecond * 60).ToString(CultureInfo.InvariantCulture);
        world.Settings["Sora__MaxInFlight"] = maxInFlight.ToString(CultureInfo.InvariantCulture);
        world.Settings["Sora__Previews"] = "false";
        return world.Start("serve");
    }

    private static bool Said(RendersProcess host) => host.HasExited
        ? throw new InvalidOperationException($"the host ended:\n{host.Output}\n{host.Error}")
        : host.Output.Contains(LoadHost.Enqueued, StringComparison.Ordinal);

    private async Task SampleToEndAsync(World world, RendersProcess host, bool quiet)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        using var timer = new PeriodicTimer(Every, clock);
        if (!quiet)
            Console.WriteLine(LoadSample.Heading);
        do
        {
            if (await TrySampleAsync(world, host, clock.GetElapsedTime(began).TotalSeconds) is not { } sample)
                continue;
            _samples.Add(sample);
            if (!quiet)
                Console.WriteLine(sample.Line(_samples.Count > 1 ? _samples[^2] : null));
            if (sample.Open == 0)
                return;
        }
        while (await timer.WaitForNextTickAsync());
    }

    // A machine that is too busy to answer one look is no reason to throw the others away.
    private static async Task<LoadSample?> TrySampleAsync(World world, RendersProcess host, double at)
    {
        try
        {
            return await LoadSample.TakeAsync(world, host.Id, at);
        }
        catch (DbException e)
        {
            await Console.Error.WriteLineAsync($"one look at the database failed: {e.Message}");
            return null;
        }
    }
}
