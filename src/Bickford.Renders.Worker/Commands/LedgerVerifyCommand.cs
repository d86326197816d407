using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger verify</c>.</summary>
internal sealed class LedgerVerifyCommand : Verb
{
    public LedgerVerifyCommand(CliEnvironment environment)
        : base(
            environment,
            "verify",
            "Recompute every chain of the ledger and name the first event that does not fit",
            "renders ledger verify",
            "renders ledger verify --json | jq .verified") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var report = await session.Ledger.VerifyAsync(cancellationToken);
        var terminal = context.Terminal;
        if (terminal.AsJson)
            terminal.Json(report);
        else if (report.Verified)
            terminal.Line($"[green]The ledger verifies.[/] {HumanText.Count(report.Events, "event", "events")} in {HumanText.Count(report.Streams, "stream", "streams")}.");
        else
            terminal.Line($"[red]The ledger does not verify:[/] {HumanText.Count(report.Faults, "fault", "faults")}. The first: {SafeText.Markup(Where(report.FirstFault))}");
        return report.Verified ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string Where(Ledger.LedgerFault? fault) => fault is null
        ? "not known"
        : string.Join(", ", new[] { fault.Seq is { } seq ? $"event {seq}" : null, fault.Stream, fault.EventId?.ToString() }.Where(part => part is not null)) + $": {fault.Problem}";
}
