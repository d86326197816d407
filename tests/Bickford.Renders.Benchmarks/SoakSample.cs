using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;
using Npgsql;

namespace Bickford.Renders.Benchmarks;

/// <summary>How things stand at one moment of the soak.</summary>
/// <param name="At">Seconds since the start.</param>
/// <param name="Process">The worker that is left alone.</param>
/// <param name="Connections">To the database: of all workers with PostgreSQL, of that one with SQLite.</param>
/// <param name="Open">Renders that have not ended.</param>
/// <param name="Overdue">Renders that are due for more than a few seconds.</param>
/// <param name="Jobs">What the engine has stored; 0 where it is in memory.</param>
/// <param name="StagingKilobytes">In the staging folder.</param>
/// <param name="DatabaseBytesPerEvent">Of the whole database: events are kept for ever, so only their price can stay the same.</param>
internal sealed record SoakSample(double At, ProcessFigures Process, long Connections, long Open, long Overdue, long Jobs, double StagingKilobytes, double DatabaseBytesPerEvent)
{
    public const string Heading = "     s   RSS MB  threads  fds  connections   open  overdue   jobs  staging KB  database B/event";

    private const double WarmUp = 60;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    public static async Task<SoakSample?> TakeAsync(World world, int process, bool postgres, double at)
    {
        if (ProcessFigures.Of(process) is not { } figures)
            return null;
        var now = TimeProvider.System.GetUtcNow();
        var events = await world.CountAsync("SELECT count(*) FROM ledger_events");
        var bytes = postgres ? await world.CountAsync("SELECT pg_database_size(current_database())") : Bytes(world.Folder, "renders.db*");
        return new SoakSample(
            at,
            figures,
            postgres ? await world.CountAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") : FilesOpen(process, world.DatabasePath),
            await world.CountAsync("SELECT count(*) FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing')"),
            await world.CountAsync($"SELECT count(*) FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing') AND due_at < '{(now - Late).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}'"),
            postgres ? await world.CountAsync("SELECT count(*) FROM qrtz_triggers") : 0,
            Bytes(Path.Combine(world.Folder, "staging"), "*") / 1e3,
            bytes / (double)Math.Max(1, events));
    }

    public string Line() => string.Create(CultureInfo.InvariantCulture,
        $"{At,6:0} {Process.Megabytes,8:0.0} {Process.Threads,8} {Process.Handles,4} {Connections,12} {Open,6} {Overdue,8} {Jobs,6} {StagingKilobytes,11:0.0} {DatabaseBytesPerEvent,17:0}");

    /// <summary>Each figure's trend after the warm-up. What may rise is what a few renders more or less make out at any moment.</summary>
    public static Dictionary<string, Trend> Trends(IReadOnlyList<SoakSample> samples)
    {
        var warm = samples.Where(sample => sample.At >= Math.Min(WarmUp, samples[^1].At / 4)).ToList();
        return new Dictionary<string, Trend>
        {
            ["RSS MB"] = Of(sample => sample.Process.Megabytes, 15, 0.1),
            ["threads"] = Of(sample => sample.Process.Threads, 5, 0.1),
            ["handles"] = Of(sample => sample.Process.Handles, 10, 0.1),
            ["database connections"] = Of(sample => sample.Connections, 5, 0.1),
            ["open renders"] = Of(sample => sample.Open, 10, 0.25),
            ["overdue renders"] = Of(sample => sample.Overdue, 5, 0.25),
            ["engine jobs"] = Of(sample => sample.Jobs, 10, 0.25),
            ["staging KB"] = Of(sample => sample.StagingKilobytes, 500, 0.25),
            ["database bytes per event"] = Of(sample => sample.DatabaseBytesPerEvent, 100, 0.1),
        };

        Trend Of(Func<SoakSample, double> value, double least, double share) => Trend.Of([.. warm.Select(sample => (sample.At, value(sample)))], least, share);
    }

    private static long FilesOpen(int process, string path) => new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Count(file =>
    {
        try
        {
            return file.LinkTarget == path;
        }
        catch (IOException)
        {
            return false; // closed meanwhile
        }
    });

    private static long Bytes(string folder, string pattern)
    {
        if (!Directory.Exists(folder))
            return 0;
        var sum = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles(pattern, new EnumerationOptions { RecurseSubdirectories = pattern == "*" }))
        {
            try
            {
                sum += file.Length;
            }
            catch (IOException)
            {
                // Gone meanwhile.
            }
        }

        return sum;
    }
}
