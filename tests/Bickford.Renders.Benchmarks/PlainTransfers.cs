using System.Diagnostics;
using System.Globalization;
using Amazon.S3.Model;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.S3;

namespace Bickford.Renders.Benchmarks;

/// <summary>What a transfer is compared with: the same bytes from the same provider by curl, and to the same store by a plain copy. As many at once as the worker has transfers.</summary>
internal sealed class PlainTransfers(World world, int atOnce)
{
    private readonly string _folder = Path.Combine(world.Folder, "plain");

    /// <summary>Seconds that curl takes to fetch these videos into files.</summary>
    public async Task<double> FetchAsync(IReadOnlyList<string> videos)
    {
        Directory.CreateDirectory(_folder);
        var config = Path.Combine(_folder, "config");
        await File.WriteAllLinesAsync(config, videos.SelectMany(video => new[] { $"url = \"{world.Simulator.BaseUrl}/videos/{video}/content\"", $"output = \"{PathOf(video)}\"" }));
        var start = Stopwatch.GetTimestamp();
        await ProcessGuard.RunAsync("curl",
            ["--silent", "--show-error", "--fail", "--parallel", "--parallel-max", atOnce.ToString(CultureInfo.InvariantCulture), "--header", $"Authorization: Bearer {world.Simulator.Options.ApiKey}", "--config", config]);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds to copy what was fetched to files that are on the disk.</summary>
    public Task<double> CopyAsync(IReadOnlyList<string> videos) => TimedAsync(videos, async video =>
    {
        await using var from = File.OpenRead(PathOf(video));
        await using var to = File.Create(PathOf(video) + ".copy");
        await from.CopyToAsync(to);
        to.Flush(flushToDisk: true);
    });

    /// <summary>Seconds to put what was fetched into a bucket, each in one request.</summary>
    public async Task<double> PutAsync(IReadOnlyList<string> videos, S3StoreOptions bucket)
    {
        using var client = CephServer.Client(bucket);
        return await TimedAsync(videos, video => client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = bucket.Bucket,
            Key = $"plain/{video}",
            FilePath = PathOf(video),
            UseChunkEncoding = false,
        }));
    }

    public void Forget() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string video) => Path.Combine(_folder, video + ".mp4");

    private async Task<double> TimedAsync(IReadOnlyList<string> videos, Func<string, Task> transfer)
    {
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(videos, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (video, _) => await transfer(video));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
