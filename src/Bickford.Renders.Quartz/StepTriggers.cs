using System.Globalization;
using Bickford.Renders.Ports;
using Quartz;

namespace Bickford.Renders.Quartz;

/// <summary>
/// How a <see cref="StepJob"/> looks in Quartz: a trigger whose key says which job it is, so that the same job is stored once.
/// <para>
/// Quartz starts what has the earliest start time, and looks at the priority only between equal ones: behind a backlog a high
/// priority would mean nothing. So a job that is due gets a start time in the past, earlier by a year for each step of priority:
/// among due jobs the higher priority goes first, then what brings a finished video home before what only begins to (Upload before Download,
/// Record before Poll: half a year), and among equals the one that is due longest; creates, which have threads of their own, go by their turn instead, a
/// millisecond each, and downloads by the time at which what they fetch expires. A job that is not due yet waits
/// as a timer, which asks for such a trigger when its time has come.
/// </para>
/// </summary>
internal static class StepTriggers
{
    private const string JobField = "job";
    private const string DueField = "due";
    private const string PriorityField = "priority";
    private const string TurnField = "turn";
    private const int MaxPriority = 100;
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private static readonly long LatestExpiry = new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    // A time that has passed.
    private static readonly DateTimeOffset FirstTurn = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static JobKey TimerJob { get; } = new(nameof(StepTimer));

    public static JobKey JobOf(RenderStep step) => new(
        step switch
        {
            RenderStep.Create => nameof(CreateVideoJob),
            RenderStep.Poll => nameof(PollVideoJob),
            RenderStep.Download => nameof(DownloadVideoJob),
            RenderStep.Upload => nameof(UploadVideoJob),
            RenderStep.Record => nameof(RecordLedgerJob),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "no such step"),
        });

    /// <summary>The trigger that runs the step as soon as a worker is free.</summary>
    public static ITrigger Ready(StepJob job) => Build(job)
        .ForJob(JobOf(job.Step))
        .WithPriority(PriorityOf(job))
        .StartAt(OrderOf(job))
        .Build();

    /// <summary>The order of what is due: the earliest goes first.</summary>
    public static DateTimeOffset OrderOf(StepJob job)
    {
        var due = job.DueAt < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : job.DueAt;
        if (TurnTime(job) is { } turn && turn < due)
            due = turn;
        return due - Year * (PriorityOf(job) + MaxPriority) - (job.Step is RenderStep.Upload or RenderStep.Record ? TimeSpan.FromDays(182) : TimeSpan.Zero);
    }

    /// <summary>The trigger that waits until the job is due: to the whole millisecond, rounded up, which every store of Quartz keeps.</summary>
    public static ITrigger Timer(StepJob job)
    {
        const long Tick = TimeSpan.TicksPerMillisecond;
        return Build(job)
            .ForJob(TimerJob)
            .StartAt(new DateTimeOffset((job.DueAt.UtcTicks + Tick - 1) / Tick * Tick, TimeSpan.Zero))
            .Build();
    }

    /// <summary>The job that a trigger stands for. The data say it and not the key, for a recovered trigger has another key.</summary>
    public static StepJob JobOf(ITrigger trigger)
    {
        var parts = ((string)trigger.JobDataMap[JobField]!).Split('.');
        return new StepJob(
            Guid.ParseExact(parts[0], "N"),
            Enum.Parse<RenderStep>(parts[1]),
            long.Parse(parts[2], CultureInfo.InvariantCulture),
            DateTimeOffset.ParseExact((string)trigger.JobDataMap[DueField]!, "O", CultureInfo.InvariantCulture),
            int.Parse((string)trigger.JobDataMap[PriorityField]!, CultureInfo.InvariantCulture),
            // A job of the version before has none.
            trigger.JobDataMap.TryGetValue(TurnField, out var turn) ? long.Parse((string)turn!, CultureInfo.InvariantCulture) : 0);
    }

    private static int PriorityOf(StepJob job) => Math.Clamp(job.Priority, -MaxPriority, MaxPriority);

    private static DateTimeOffset? TurnTime(StepJob job) => job.Step switch
    {
        RenderStep.Create => CreateTurn(job.Turn),
        // Those that expire sooner than usual pass others that are due as long.
        RenderStep.Download when job.Turn > 0 => DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(job.Turn, LatestExpiry)) - StepJob.UsualLifetime,
        _ => null,
    };

    private static DateTimeOffset CreateTurn(long turn) => FirstTurn + TimeSpan.FromTicks(Math.Clamp(turn, 0, Year.Ticks / TimeSpan.TicksPerMillisecond - 1) * TimeSpan.TicksPerMillisecond);

    // Misfires are ignored because being late is no misfire here: a late job still has to run, and in its order.
    private static TriggerBuilder<IJob> Build(StepJob job)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{job.RenderId:N}.{job.Step}.{job.Version}");
        return TriggerBuilder.Create()
            .WithIdentity(name)
            .WithSchedule(SimpleScheduleBuilder.Create().WithRepeatCount(0).WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires))
            .UsingJobData(JobField, name)
            .UsingJobData(DueField, job.DueAt.ToString("O", CultureInfo.InvariantCulture))
            .UsingJobData(PriorityField, job.Priority.ToString(CultureInfo.InvariantCulture))
            .UsingJobData(TurnField, job.Turn.ToString(CultureInfo.InvariantCulture));
    }
}
