using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Doctor;

/// <summary>What follows from what was seen. Pure.</summary>
internal static class Judgement
{
    /// <summary>Below this downloads wait: what the staging folder leaves free.</summary>
    public const long LeastFree = 64L << 20;

    /// <summary>Below this it is time to look.</summary>
    public const long LittleFree = 1L << 30;

    /// <summary>How long renders may be overdue before somebody should know.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    // Headers tell whole seconds, and NTP keeps clocks within a small part of one.
    private static readonly TimeSpan s_smallSkew = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_largeSkew = TimeSpan.FromMinutes(1);

    public static Finding Clock(string check, string whose, TimeSpan ahead)
    {
        var off = ahead.Duration();
        if (off <= s_smallSkew)
            return Finding.Ok(check, $"within {HumanText.Span(s_smallSkew)} of {whose}");
        var said = $"{whose} is {HumanText.Span(off)} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's";
        const string Mend = "keep both clocks by NTP (timedatectl shows this one's)";
        return off <= s_largeSkew ? Finding.Note(check, said, Mend) : Finding.Wrong(check, said, Mend);
    }

    public static Finding Schema(string check, SchemaStatus status) => status switch
    {
        { IsCurrent: true } => Finding.Ok(check, $"version {status.Version}, as this program's"),
        _ when status.Version > status.Latest => Finding.Wrong(check, $"version {status.Version}, and this program knows {status.Latest}", "run the newer program; 'renders --version' tells which this is"),
        _ when status.Migrations.FirstOrDefault(migration => migration.Changed) is { } changed =>
            Finding.Wrong(check, $"migration {changed.Version} ({changed.Name}) was applied with another text than this program has", "run the program that applied it, or restore a backup; see 'renders db status'"),
        { Version: 0 } => Finding.Note(check, "there are no tables yet", "a start of the worker makes them; or: renders db migrate"),
        _ => Finding.Note(check, $"version {status.Version}, and this program's is {status.Latest}", "a start of the worker brings it up to date; or: renders db migrate"),
    };

    /// <summary>Who does the work.</summary>
    /// <param name="check">The check.</param>
    /// <param name="engine">As the settings have it.</param>
    /// <param name="version">Of this program.</param>
    /// <param name="workers">Those that were heard of.</param>
    /// <param name="late">Renders that were due more than <see cref="Late"/> ago.</param>
    /// <param name="more">There are more of them than were counted.</param>
    public static Finding Engine(string check, string engine, string version, IReadOnlyList<WorkerStatus> workers, int late, bool more)
    {
        var due = $"{late}{(more ? " and more" : "")} {(late == 1 ? "render is" : "renders are")} overdue by more than {HumanText.Span(Late)}";
        if (workers.Count == 0)
        {
            return late > 0
                ? Finding.Wrong(check, $"{due}, and no worker runs on this database", "start one: renders serve")
                : Finding.Note(check, $"{engine}; no worker runs on this database", "start one: renders serve");
        }

        var running = $"{engine}; {HumanText.Count(workers.Count, "worker runs", "workers run")}";
        if (workers.FirstOrDefault(worker => worker.Engine != engine) is { } other)
            return Finding.Note(check, $"{Name(other)} runs {other.Engine}, and Jobs:Engine is {engine}", "give all workers of a database the same Jobs:Engine");
        if (workers.FirstOrDefault(worker => worker.Version != version) is { } older)
            return Finding.Note(check, $"{Name(older)} is version {older.Version}, and this program {version}", "bring all workers of a database to the same version");
        return late > 0
            ? Finding.Note(check, $"{running}; {due}", "they wait for a limit (Sora:RequestsPerMinute), or the workers are too few (Jobs:ApiWorkers): see the dashboard")
            : Finding.Ok(check, running);
    }

    public static Finding Disk(string check, string setting, string folder, long free, long total, string holds = "")
    {
        var said = $"{folder}: {HumanText.Bytes(free)} free of {HumanText.Bytes(total)}{holds}";
        return free switch
        {
            < LeastFree => Finding.Wrong(check, said, $"free space on that disk, or set {setting} to a folder on another; downloads wait while less than {HumanText.Bytes(LeastFree)} are free"),
            < LittleFree => Finding.Note(check, said, $"free space on that disk, or set {setting} to a folder on another; below {HumanText.Bytes(LeastFree)} downloads wait"),
            _ => Finding.Ok(check, said),
        };
    }

    private static string Name(WorkerStatus worker) => $"worker {worker.Host}:{worker.ProcessId}";
}
