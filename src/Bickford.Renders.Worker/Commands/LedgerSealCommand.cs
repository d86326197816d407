using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger seal</c>: what the worker does by itself, now.</summary>
internal sealed class LedgerSealCommand : Verb
{
    public LedgerSealCommand(CliEnvironment environment)
        : base(
            environment,
            "seal",
            "Seal what the ledger holds now, and write the seals' missing copies to the video store; the worker does so by itself (Ledger:SealEvery)",
            "renders ledger seal",
            "renders ledger seal --json") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var run = await session.Get<ILedgerSealer>().SealAsync(cancellationToken);
        if (context.Terminal.AsJson)
            context.Terminal.Json(run);
        else
            context.Terminal.Line($"{HumanText.Count(run.Events, "event", "events")} sealed under {HumanText.Count(run.Seals, "new seal", "new seals")}, {HumanText.Count(run.Copies, "copy", "copies")} written.");
        if (run.Fault is not { } fault)
            return ExitCode.Ok;
        context.Terminal.Line($"[red]The ledger does not fit its copies:[/] {SafeText.Markup(fault.Problem)}");
        return ExitCode.Failed;
    }
}
