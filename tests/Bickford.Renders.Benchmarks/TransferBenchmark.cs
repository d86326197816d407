using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// One long video and many short ones from the provider through a worker to its store, beside curl from the same provider and a plain copy to the same store. Time counts from
/// the worker's first request for content to the ledger's last word that something is stored.
/// </summary>
internal sealed class TransferBenchmark(Arguments arguments)
{
    // The product's own default.
    private const int AtOnce = 8;
    private const long SmallBytes = 5_000_000;
    private const double Target = 1.5;
    // Of the short ones: a worker compiles its code on the way, once.
    private const int WarmUp = 100;
    private static readonly TimeSpan s_warmUpTime = TimeSpan.FromSeconds(20);

    private readonly Report _report = new("transfer", arguments);

    public async Task<int> RunAsync()
    {
        var (large, many) = (arguments.Long("--bytes", 1_000_000_000), arguments.Whole("--renders", 200));
        _report.Note(string.Create(CultureInfo.InvariantCulture, $"1 video of {large:N0} bytes, then {many} of {SmallBytes:N0}; {AtOnce} transfers at once, without previews"));
        await using var ceph = arguments.Choice("--store") == "files" ? null : new CephServer();
        var stores = arguments.Choice("--store") == "both" ? new[] { "files", "s3" } : [arguments.Choice("--store")];
        foreach (var store in stores)
        {
            foreach (var (count, bytes) in new[] { (1, large), (many, SmallBytes) })
            {
                for (var run = 0; run < arguments.Whole("--runs", 5); run++)
                    await MeasureAsync(store == "files" ? null : ceph, $"{store}, {count.ToString(CultureInfo.InvariantCulture)} x {(bytes / 1_000_000).ToString(CultureInfo.InvariantCulture)} MB", count, bytes);
            }
        }

        _report.Write();
        return 0;
    }

    private async Task MeasureAsync(CephServer? ceph, string what, int count, long bytes)
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = Planted.RenderTime,
            ContentLifetime = TimeSpan.FromHours(24),
            ContentBytes = bytes,
        });
        Planted.UseOwnTimes(world);
        world.Settings["Sora__Previews"] = "false";
        var bucket = ceph is null ? null : await ceph.OptionsForAsync(typeof(TransferBenchmark));
        if (bucket is not null)
            world.OnS3(bucket);
        var done = TimeProvider.System.GetUtcNow() - 2 * Planted.RenderTime;
        var others = Enumerable.Range(0, count).Select(_ => world.Simulator.Videos.AddForeign("A harbour at dawn", createdAt: done).Id).ToList();
        var plain = new PlainTransfers(world, AtOnce);
        var fetch = await plain.FetchAsync(others);
        var copy = bucket is null ? await plain.CopyAsync(others) : await plain.PutAsync(others, bucket);
        plain.Forget();

        var warmUp = count == 1 ? 0 : WarmUp;
        var planted = new Planted(world, postgres: null);
        var now = TimeProvider.System.GetUtcNow();
        await planted.AddAsync(warmUp, _ => done, _ => now);
        var videos = await planted.AddAsync(count, _ => done, _ => now + (warmUp == 0 ? TimeSpan.Zero : s_warmUpTime));
        var (whole, download, worker, provider) = await TransferAsync(world, videos, warmUp);
        var megabytes = count * bytes / 1e6;
        _report.Add($"{what}: MB a second", megabytes / whole);
        _report.Add($"{what}: MB a second by curl", megabytes / fetch);
        _report.Add($"{what}: MB a second by a plain copy", megabytes / copy);
        _report.Add($"{what}: until downloaded, of the time", download / whole);
        _report.Add($"{what}: times the slower side", whole / Math.Max(fetch, copy));
        _report.Add($"{what}: times both sides one after the other", whole / (fetch + copy));
        _report.Add($"{what}: processor seconds of the worker, a GB", worker / megabytes * 1000);
        _report.Add($"{what}: processor seconds of the provider, a GB", provider / megabytes * 1000);
        if (_report.Count($"{what}: MB a second") == arguments.Whole("--runs", 5))
            _report.Under($"{what}: times the slower side", Target);
        _report.Say(string.Create(CultureInfo.InvariantCulture, $"{what}: {whole:0.00} s ({download:0.00} s until all was downloaded); curl {fetch:0.00} s, plain copy {copy:0.00} s; processor: worker {worker:0.00} s, provider {provider:0.00} s"));
    }

    /// <summary>Seconds until all is stored, and until all is downloaded; and seconds on a processor of the worker and of the provider, which is this process.</summary>
    private static async Task<(double Whole, double Download, double Worker, double Provider)> TransferAsync(World world, IReadOnlyList<string> videos, int warmUp)
    {
        var before = world.Simulator.Requests.Total;
        var ours = videos.Select(video => $"/v1/videos/{video}/content").ToHashSet();
        await using var worker = world.Start("serve");
        await Eventually.HoldsAsync("the first transfer has begun", () => Task.FromResult(Since(before).Any(request => ours.Contains(request.Path))), TimeSpan.FromMinutes(2));
        var (workerBegan, providerBegan) = Processors();
        await Eventually.HoldsAsync(
            "all is stored", async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == videos.Count + warmUp, TimeSpan.FromMinutes(15));
        var (workerEnded, providerEnded) = Processors();
        worker.Terminate();
        await worker.WaitAsync();
        var first = Since(before).First(request => ours.Contains(request.Path)).At;
        return ((await LastAsync(world, "render.stored") - first).TotalSeconds, (await LastAsync(world, "render.downloaded") - first).TotalSeconds, workerEnded - workerBegan, providerEnded - providerBegan);

        IEnumerable<LoggedRequest> Since(long number) => world.Simulator.Requests.Entries.Skip((int)number);
        (double Worker, double Provider) Processors() => (ProcessFigures.FamilyCpuSeconds(worker.Id), Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private static async Task<DateTimeOffset> LastAsync(World world, string type) => DateTimeOffset.Parse(
        (string)(await world.QueryAsync($"SELECT max(occurred_at) AS at FROM ledger_events WHERE type = '{type}'")).Single()["at"]!, CultureInfo.InvariantCulture);
}
