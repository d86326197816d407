using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
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
            "Recompute every chain and seal of the ledger, compare the seals' copies in the video store, and name the first thing that does not fit",
            "renders ledger verify",
            "renders ledger verify --json | jq .verified") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken, sends: true);
        var report = await session.Ledger.VerifyAsync(cancellationToken);
        var (copies, unread) = await CompareAsync(session.Get<ILedgerSealer>(), cancellationToken);
        var verified = report.Verified && copies is { Faults: 0 };
        var first = report.FirstFault ?? copies?.FirstFault;
        RenderTelemetry.LedgerChecked("verify", report.Faults + (copies?.Faults ?? 0));
        if (context.Terminal.AsJson)
        {
            context.Terminal.Json(new
            {
                Verified = verified,
                report.Events,
                report.Streams,
                FirstFault = first,
                Faults = report.Faults + (copies?.Faults ?? 0),
                report.Seals,
                report.SealedEvents,
                Copies = copies?.Copies,
                CopiesWaiting = copies?.Waiting,
                CopiesProblem = unread,
            });
        }
        else
        {
            Write(context.Terminal, report, copies, first, unread);
        }

        return verified ? ExitCode.Ok : ExitCode.Failed;
    }

    // What the database says by itself is worth telling although the store cannot be reached.
    private static async Task<(SealCopiesReport? Copies, string? Unread)> CompareAsync(ILedgerSealer sealer, CancellationToken cancellationToken)
    {
        try
        {
            return (await sealer.VerifyCopiesAsync(cancellationToken), null);
        }
        catch (VideoStoreException e)
        {
            return (null, e.Message);
        }
    }

    private static void Write(Terminal terminal, LedgerReport report, SealCopiesReport? copies, LedgerFault? first, string? unread)
    {
        if (first is not null)
            terminal.Line($"[red]The ledger does not verify:[/] {HumanText.Count(report.Faults + (copies?.Faults ?? 0), "fault", "faults")}. The first: {SafeText.Markup(Where(first))}");
        else
            terminal.Line($"[green]The ledger verifies.[/] {HumanText.Count(report.Events, "event", "events")} in {HumanText.Count(report.Streams, "stream", "streams")}, {report.SealedEvents} of them under {HumanText.Count(report.Seals, "seal", "seals")}.");
        if (copies is { Seals: > 0, Faults: 0 })
            terminal.Line($"The copies outside of the database agree: {copies.Copies} of {copies.Seals}{(copies.Waiting > 0 ? $"; [yellow]{copies.Waiting} not written yet[/]" : "")}.");
        if (unread is not null)
            terminal.Line($"[red]The copies outside of the database could not be compared:[/] {SafeText.Markup(unread)}");
    }

    private static string Where(LedgerFault fault) =>
        string.Join(", ", new[] { fault.Seq is { } seq ? $"event {seq}" : null, fault.Stream, fault.EventId?.ToString() }.Where(part => part is not null)) is { Length: > 0 } where
            ? $"{where}: {fault.Problem}"
            : fault.Problem;
}
