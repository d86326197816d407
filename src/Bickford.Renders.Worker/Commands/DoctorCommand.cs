using Bickford.Renders.Files;
using Bickford.Renders.Ports;
using Bickford.Renders.S3;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Doctor;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders doctor</c>: looks at everything the worker needs, and says what is wrong and how to mend it.</summary>
internal sealed class DoctorCommand : Verb
{
    private const string Settings = "settings";

    public DoctorCommand(CliEnvironment environment)
        : base(
            environment,
            "doctor",
            "Look at everything the worker needs, and say what is wrong and how to mend it; exit code 1 if something is",
            "renders doctor",
            "renders doctor --settings production.json",
            "renders doctor --json | jq '.checks[] | select(.verdict == \"Wrong\")'") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (Load(context) is not { } settings)
            return ExitCode.BadInput;

        await using var session = context.Environment.Open(settings, new WorkerSessionOptions(SessionKind.Look, context.Verbose));
        var clock = context.Environment.Clock;
        var look = new Look(clock);
        IExam[] exams =
        [
            new DatabaseExam(settings, session, look, clock),
            new ProviderExam(settings, look, clock),
            new StoreExam(settings, () => OpenStore(settings, clock), look, clock),
            new DiskExam(settings, look),
        ];
        // All at once, so that it takes as long as the slowest, and told in order.
        var running = exams.Select(exam => exam.ExamineAsync(cancellationToken)).ToArray();
        var findings = new List<Finding>();
        Tell(Finding.Ok(Settings, Sources(settings)));
        foreach (var exam in running)
        {
            foreach (var finding in await exam)
                Tell(finding with { Said = settings.Secrets.Apply(finding.Said), Mend = finding.Mend is { } mend ? settings.Secrets.Apply(mend) : null });
        }

        return End(context, findings) ? ExitCode.Ok : ExitCode.Failed;

        void Tell(Finding finding)
        {
            findings.Add(finding);
            DoctorReport.Write(context.Terminal, finding);
        }
    }

    private static WorkerSettings? Load(CliContext context)
    {
        try
        {
            return context.LoadSettings();
        }
        catch (SettingsException e)
        {
            Finding[] findings = [.. e.Errors.Select(OfSetting), Finding.Skipped("all else", "it needs settings that hold")];
            foreach (var finding in findings)
                DoctorReport.Write(context.Terminal, finding);
            End(context, findings);
            return null;
        }
    }

    // "Name: what is wrong; allowed: what is; where": what comes before the first semicolon was seen.
    private static Finding OfSetting(SettingError error) => error.Message.IndexOf("; ", StringComparison.Ordinal) is var at and > 0
        ? Finding.Wrong(Settings, error.Message[..at], error.Message[(at + 2)..])
        : Finding.Wrong(Settings, error.Message, "correct it, then try again");

    private static bool End(CliContext context, IReadOnlyList<Finding> findings)
    {
        var fine = findings.All(finding => finding.Verdict != Verdict.Wrong);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Ok = fine, Checks = findings });
        else
            DoctorReport.WriteSum(context.Terminal, findings);
        return fine;
    }

    private static string Sources(WorkerSettings settings)
    {
        var sources = settings.All.Where(setting => setting.Source != SettingValues.DefaultSource)
            .GroupBy(setting => Place(setting.Source))
            .OrderByDescending(place => place.Count())
            .Select(place => $"{place.Count()} in {place.Key}");
        return $"all that is set is allowed: {string.Join(", ", sources.DefaultIfEmpty("nothing, the defaults hold"))}";
    }

    private static string Place(string source) =>
        source.StartsWith("environment variable ", StringComparison.Ordinal) ? "the environment"
        : source.StartsWith("flag ", StringComparison.Ordinal) ? "flags"
        : source.LastIndexOf(" line ", StringComparison.Ordinal) is var at and > 0 ? source[..at] : source;

    // Less patient than the worker's own, for somebody waits.
    private static IVideoStore OpenStore(WorkerSettings settings, TimeProvider clock)
    {
        if (settings.S3 is not { } s3)
            return new FileVideoStore(settings.StorageRoot!, clock);
        s3.Retries = Math.Min(s3.Retries, 1);
        return new S3VideoStore(s3, clock);
    }
}
