using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders db restored</c>: after a backup was restored, before a worker runs on it.</summary>
internal sealed class DatabaseRestoredCommand : Verb
{
    private const int MostShown = 50;

    private readonly Option<string?> _since = new("--since") { Description = "When the backup was made, or before it; else the newest seal that the store has a copy of tells", HelpName = "TIME" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Change nothing; tell what would be found" };

    public DatabaseRestoredCommand(CliEnvironment environment)
        : base(
            environment,
            "restored",
            "After a backup was restored, and before a worker runs on it: find what the provider and the store have of renders that the database has forgotten; exit code 1 if a person must decide about some",
            "renders db restored --dry-run",
            "renders db restored",
            "renders db restored --since 2026-01-31T04:00:00Z --json | jq .counts")
    {
        Add(_since);
        Add(_dryRun);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (since, dryRun) = (Since(context.Parse.GetValue(_since)), context.Parse.GetValue(_dryRun));
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        if (session.Get<Videos.IVideosApi>() is NoProvider)
            throw NoProvider.Missing;
        if ((await session.Get<IWorkerRegister>().ListAsync(cancellationToken)) is [var worker, ..])
            throw new InputException("workers", $"{worker.Host}:{worker.ProcessId} works on this database, or did so less than {HumanText.Span(IWorkerRegister.GoneAfter)} ago; stop all workers first");

        var terminal = context.Terminal;
        if (!terminal.AsJson)
            terminal.Line($"[grey]Looking at the store and, after Sora:CreateSettle ({HumanText.Span(session.Options.CreateSettle)}), at the provider's list …[/]");
        var found = new List<RecoveredRender>();
        var sum = await session.Get<IRecovery>().RunAsync(since, dryRun, found.Add, cancellationToken);
        if (terminal.AsJson)
            terminal.Json(new { DryRun = dryRun, sum.Since, sum.Counts, sum.ListIsWhole, sum.SealsSetAside, sum.Foreign, Renders = found });
        else
            Write(terminal, sum, found, dryRun);
        return sum.Counts[RecoveryOutcome.Unclear] > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    private static DateTimeOffset? Since(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw new InputException("--since", $"'{SafeText.Cut(text, 40)}' is not allowed; allowed: a time, such as 2026-01-31T04:00:00Z (UTC if nothing is said)");

    private static void Write(Terminal terminal, RecoverySum sum, List<RecoveredRender> found, bool dryRun)
    {
        foreach (var one in found.Where(one => one.Outcome != RecoveryOutcome.NotCreated).Take(MostShown))
            terminal.Line($"{one.RenderId.ToString("N")[^8..]}  {Text(one)}");
        var counts = sum.Counts;
        terminal.Line($"Since {sum.Since:yyyy-MM-dd HH:mm:ss} UTC: {counts[RecoveryOutcome.Stored]} stored already, {counts[RecoveryOutcome.Adopted]} found at the provider, {counts[RecoveryOutcome.NotCreated]} not created yet, {counts[RecoveryOutcome.Unclear]} unclear.");
        if (!sum.ListIsWhole)
            terminal.Line("[yellow]The provider's list could not be read back to that time.[/]");
        if (sum.Foreign.Count > 0)
            terminal.Line($"[yellow]{HumanText.Count(sum.Foreign.Count, "video", "videos")} of that time {(sum.Foreign.Count == 1 ? "belongs" : "belong")} to no render:[/] renders that were handed in after the backup, or somebody else's. Hand those renders in again before a worker runs, and run this again: it gives them their videos.");
        if (sum.SealsSetAside > 0)
            terminal.Line($"{HumanText.Count(sum.SealsSetAside, "copy of a seal", "copies of seals")} that this database does not have {(dryRun ? "would be put" : sum.SealsSetAside == 1 ? "was put" : "were put")} under ledger/seals-set-aside/ in the store.");
        terminal.Line(dryRun ? "Nothing is changed yet; to do it: renders db restored" : "[green]Done.[/] Next: renders ledger verify, then start the workers.");
    }

    private static string Text(RecoveredRender one) => one.Outcome switch
    {
        RecoveryOutcome.Stored => $"stored already, from {SafeText.Markup(one.VideoId!)}",
        RecoveryOutcome.Adopted => $"gets its video {SafeText.Markup(one.VideoId!)}",
        _ => $"[red]unclear:[/] {SafeText.Markup(one.Why!)}",
    };
}
