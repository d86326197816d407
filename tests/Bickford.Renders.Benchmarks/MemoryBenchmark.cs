using System.Globalization;
using System.Text.Json;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Benchmarks;

/// <summary>One large video from the simulator through a worker to its store: how far does the worker's memory grow?</summary>
/// <param name="name">Name of the benchmark.</param>
/// <param name="targetMegabytes">The most it should grow.</param>
/// <param name="ceph">With an S3 server as the store; null for files.</param>
internal sealed class MemoryBenchmark(string name, double targetMegabytes, CephServer? ceph)
{
    public async Task<int> RunAsync(long bytes, int runs, bool json)
    {
        var growth = new List<double>();
        for (var run = 1; run <= runs; run++)
        {
            var (idle, peak) = await MeasureAsync(bytes);
            growth.Add(peak - idle);
            if (!json)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run}: idle {idle:0.0} MB, peak {peak:0.0} MB, growth {peak - idle:0.0} MB"));
        }

        growth.Sort();
        var median = growth[growth.Count / 2];
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new { benchmark = name, bytes, runs, growth_mb_median = median, growth_mb_max = growth[^1], target_mb = targetMegabytes }));
        else
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: a video of {bytes:N0} bytes: the worker's peak memory grew by {median:0.0} MB (median of {runs}, most {growth[^1]:0.0}); target under {targetMegabytes:0} MB"));
        return growth[^1] < targetMegabytes ? 0 : 1;
    }

    private async Task<(double Idle, double Peak)> MeasureAsync(long bytes)
    {
        await using var world = await World.StartAsync(new SimulatorOptions { RenderTime = TimeSpan.FromSeconds(0.2), ContentBytes = bytes });
        if (ceph is not null)
            world.OnS3(await ceph.OptionsForAsync(typeof(MemoryBenchmark)));
        await using var worker = world.Start("serve");
        await Eventually.HoldsAsync("the worker is up", () => Task.FromResult(worker.Output.Contains("http://", StringComparison.Ordinal) || worker.Error.Contains("http://", StringComparison.Ordinal)));
        var idle = ProcessMemory.Megabytes(worker.Id, "VmRSS");

        await world.RunAsync("render", "A very long take");
        await Eventually.HoldsAsync("the video is stored",
            async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == 1, TimeSpan.FromMinutes(5));
        var peak = ProcessMemory.Megabytes(worker.Id, "VmHWM");
        worker.Terminate();
        await worker.WaitAsync();
        return (idle, peak);
    }
}
