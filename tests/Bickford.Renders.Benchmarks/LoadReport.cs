using System.Globalization;
using System.Text;
using System.Text.Json;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.Benchmarks;

/// <summary>What the load came to.</summary>
internal sealed record LoadReport(
    int Renders,
    double Seconds,
    double EnqueuesPerSecond,
    Trend MemoryMegabytes,
    double PeakMegabytes,
    double CpuShare,
    double LimitUsed,
    double RequestsPerRender,
    double ClaimsPerRequest,
    double StaleClaimsPerRequest,
    double CommitsPerRequest,
    int MostPassedBy,
    double MeanPassedBy,
    int PassedByAllowed,
    Dictionary<string, LoadReport.Latency> Latencies,
    IReadOnlyList<string> Broken)
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Milliseconds.</summary>
    internal sealed record Latency(double P50, double P99, double Most, int Calls);

    public bool Passed => Broken.Count == 0 && MemoryMegabytes.IsFlat && MostPassedBy <= PassedByAllowed;

    public static async Task<LoadReport> MakeAsync(World world, int renders, int requestsPerSecond, int workers, IReadOnlyList<LoadSample> samples, LoadFigures figures)
    {
        var last = samples[^1];
        // While there was something to ask for: the tail, where a few renders wait for the provider, says nothing about the limit.
        var busy = samples.Where(sample => sample.At >= 5 && sample.Open >= renders / 20).ToList();
        var (first, end) = (busy.FirstOrDefault() ?? samples[0], busy.LastOrDefault() ?? last);
        var requests = (double)Math.Max(1, last.Requests);
        var passed = await PassedByAsync(world);
        var versions = await world.CountAsync("SELECT sum(version) FROM renders WHERE prompt LIKE 'Load %'");
        // In the first half a minute code is compiled and pools fill.
        var memory = samples.Where(sample => sample.At >= Math.Min(30, last.At / 4)).Select(sample => (sample.At, sample.Process.Megabytes)).ToList();
        return new LoadReport(
            renders,
            last.At,
            renders / figures.EnqueueSeconds,
            Trend.Of(memory, least: 15, share: 0.1),
            samples.Max(sample => sample.Process.Megabytes),
            (end.Process.CpuSeconds - first.Process.CpuSeconds) / Math.Max(1, end.At - first.At),
            (end.Requests - first.Requests) / Math.Max(1, end.At - first.At) / requestsPerSecond,
            requests / renders,
            figures.Calls.GetValueOrDefault("TryLeaseAsync") / requests,
            (figures.Calls.GetValueOrDefault("TryLeaseAsync") - figures.Calls.GetValueOrDefault("CommitAsync") - figures.Calls.GetValueOrDefault("CommitIntentAsync")) / requests,
            (versions - renders) / requests,
            passed.Count == 0 ? 0 : passed.Max(),
            passed.Count == 0 ? 0 : passed.Average(),
            workers,
            figures.Latencies.ToDictionary(pair => pair.Key, pair => new Latency(Trend.Percentile(pair.Value, 0.5), Trend.Percentile(pair.Value, 0.99), pair.Value.Max(), pair.Value.Length)),
            await WorldCheck.BrokenAsync(world));
    }

    public string Text()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"load: {Renders} renders in {Seconds:0} s; handed in at {EnqueuesPerSecond:0} a second");
        Line($"  memory      median {MemoryMegabytes.Median:0.0} MB, peak {PeakMegabytes:0.0} MB, rise {MemoryMegabytes.Rise:0.0} MB (at most {MemoryMegabytes.Allowed:0.0}): {(MemoryMegabytes.IsFlat ? "flat" : "NOT flat")}");
        Line($"  limit       {LimitUsed:P1} of it used; {RequestsPerRender:0.00} requests a render; {CpuShare:P0} of one processor");
        Line($"  claims      {ClaimsPerRequest:0.00} leases asked for a request, {StaleClaimsPerRequest:0.00} more than commits; {CommitsPerRequest:0.00} commits a request");
        Line($"  order       at most {MostPassedBy} creates went before one that should have (at most {PassedByAllowed} may), {MeanPassedBy:0.00} on average");
        foreach (var (name, latency) in Latencies)
            Line($"  {name,-11} p50 {latency.P50:0.0} ms, p99 {latency.P99:0.0} ms, most {latency.Most:0} ms, {latency.Calls} calls");
        Line($"  promises    {(Broken.Count == 0 ? "hold" : "BROKEN: " + string.Join("; ", Broken))}");
        return text.ToString().TrimEnd();
    }

    /// <summary>For each create: how many that were handed in a second before it, and come first by priority and age, were created after it.</summary>
    private static async Task<List<int>> PassedByAsync(World world)
    {
        var rows = await world.QueryAsync("SELECT id, video_id, priority, prompt FROM renders WHERE prompt LIKE 'Load %' AND video_id IS NOT NULL");
        var byVideo = rows.ToDictionary(row => (string)row["video_id"]!, row => (Id: Guid.Parse((string)row["id"]!), Priority: Convert.ToInt32(row["priority"], CultureInfo.InvariantCulture)));
        var creates = world.Simulator.Videos.Creates.Where(video => byVideo.ContainsKey(video.Id)).Select(video => (Row: byVideo[video.Id], video.CreatedAt)).ToList();
        var passed = new List<int>(creates.Count);
        for (var i = 0; i < creates.Count; i++)
        {
            var (mine, at) = creates[i];
            var count = 0;
            for (var j = i + 1; j < creates.Count; j++)
            {
                var other = creates[j].Row;
                var first = other.Priority > mine.Priority || (other.Priority == mine.Priority && other.Id.CompareTo(mine.Id) < 0);
                count += first && EnqueuedAt(other.Id) < at.AddSeconds(-1) ? 1 : 0;
            }

            passed.Add(count);
        }

        return passed;
    }

    // Version 7: the first 48 bits are milliseconds.
    private static DateTimeOffset EnqueuedAt(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(id.ToString("N")[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
