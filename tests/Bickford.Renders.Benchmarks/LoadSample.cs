using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.Benchmarks;

/// <summary>How things stand at one moment of the load.</summary>
internal sealed record LoadSample(double At, ProcessFigures Process, long Requests, long Creates, long Queued, long Rendering, long Storing, long Completed)
{
    public const string Heading = "     s   RSS MB  threads  fds   CPU %   req/s  queued  rendering  storing  completed";

    public long Open => Queued + Rendering + Storing;

    public static async Task<LoadSample> TakeAsync(World world, int process, double at)
    {
        var rows = await world.QueryAsync("SELECT status, count(*) AS n FROM renders WHERE prompt LIKE 'Load %' GROUP BY status");
        var counts = rows.ToDictionary(row => (string)row["status"]!, row => Convert.ToInt64(row["n"], CultureInfo.InvariantCulture));
        return new LoadSample(
            at,
            ProcessFigures.Of(process) ?? throw new InvalidOperationException("the host has ended"),
            world.Simulator.Requests.Total,
            world.Simulator.Videos.CreateCount,
            counts.GetValueOrDefault("Queued"),
            counts.GetValueOrDefault("Rendering"),
            counts.GetValueOrDefault("Storing"),
            counts.GetValueOrDefault("Completed"));
    }

    public string Line(LoadSample? before)
    {
        var seconds = At - (before?.At ?? 0);
        var rate = before is null ? 0 : (Requests - before.Requests) / seconds;
        var cpu = before is null ? 0 : 100 * (Process.CpuSeconds - before.Process.CpuSeconds) / seconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"{At,6:0} {Process.Megabytes,8:0.0} {Process.Threads,8} {Process.Handles,4} {cpu,7:0} {rate,7:0.0} {Queued,7} {Rendering,10} {Storing,8} {Completed,10}");
    }
}
