using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger prove</c>: an event with what it takes to check it without the database.</summary>
internal sealed class LedgerProveCommand : Verb
{
    private static readonly System.Text.Json.JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly Argument<string> _event = new("EVENT") { Description = "The event's id, or its position in the ledger" };
    private readonly Option<bool> _chain = new("--chain") { Description = "Also every later seal, so that the proof can be checked against the newest one" };

    public LedgerProveCommand(CliEnvironment environment)
        : base(
            environment,
            "prove",
            "Write a proof that an event is under a seal, to be checked without the database",
            "renders ledger prove 42 > proof.json",
            "renders ledger prove 0198c1a2-7b3c-8d4e-9f50-6a7b8c9d0e1f --chain > proof.json",
            "renders ledger check proof.json --seal videos/ledger/seals/3.json")
    {
        Add(_event);
        Add(_chain);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var text = context.Parse.GetRequiredValue(_event);
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var seals = session.Get<ILedgerSeals>();
        var proven = await FindAsync(session.Ledger, seals, text, cancellationToken)
            ?? throw new InputException("EVENT", $"there is no event '{text}'; allowed: an event's id or position, as 'renders ledger tail --json' shows them");
        if (await seals.FindAsync(proven.Seq, cancellationToken) is null)
        {
            context.Terminal.Error($"Event {proven.Seq} is not sealed yet. The worker seals by itself (Ledger:SealEvery); 'renders ledger seal' does so now.");
            return ExitCode.Failed;
        }

        var proof = await LedgerProof.MakeAsync(seals, proven, context.Parse.GetValue(_chain), cancellationToken);
        if (proof is null)
        {
            context.Terminal.Error($"Event {proven.Seq} does not fit its seal; run 'renders ledger verify'.");
            return ExitCode.Failed;
        }

        await context.Environment.Out.WriteLineAsync(context.Terminal.AsJson ? proof.ToJson().ToJsonString() : proof.ToJson().ToJsonString(s_indented));
        return ExitCode.Ok;
    }

    private static async Task<LedgerEvent?> FindAsync(ILedger ledger, ILedgerSeals seals, string text, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(text, out var id))
            return await seals.FindEventAsync(id, cancellationToken);
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            return null;
        // Positions have gaps: the next event may be another one.
        await foreach (var next in ledger.ReadAsync(seq - 1, null, cancellationToken))
            return next.Seq == seq ? next : null;
        return null;
    }
}
