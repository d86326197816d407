using System.CommandLine;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger check</c>: needs the proof and nothing else, no settings and no database.</summary>
internal sealed class LedgerCheckCommand : Verb
{
    private readonly Argument<string> _proof = new("PROOF") { Description = "A file that 'ledger prove' wrote, or - for standard input" };
    private readonly Option<string?> _seal = new("--seal") { Description = "A copy of a seal that you trust, such as ledger/seals/3.json of the video store", HelpName = "FILE" };

    public LedgerCheckCommand(CliEnvironment environment)
        : base(
            environment,
            "check",
            "Check a proof without the database, and against a seal's copy if one is given",
            "renders ledger check proof.json --seal videos/ledger/seals/3.json",
            "renders ledger prove 42 | renders ledger check -")
    {
        Add(_proof);
        Add(_seal);
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var file = context.Parse.GetRequiredValue(_proof);
        var proof = LedgerProof.Parse(await ReadAsync(context, "PROOF", file, cancellationToken))
            ?? throw new InputException("PROOF", $"'{file}' is no proof; allowed: a file that 'renders ledger prove' wrote");
        var seal = context.Parse.GetValue(_seal) is { } known
            ? LedgerSeal.Parse(await ReadAsync(context, "--seal", known, cancellationToken))
                ?? throw new InputException("--seal", $"'{known}' is no seal; allowed: a copy of a seal, such as ledger/seals/3.json of the video store")
            : null;
        var problem = proof.Check() ?? (seal is null ? null : proof.CheckAgainst(seal));
        Write(context.Terminal, proof, seal, problem);
        return problem is null ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Write(Terminal terminal, LedgerProof proof, LedgerSeal? seal, string? problem)
    {
        if (terminal.AsJson)
            terminal.Json(new { Verified = problem is null, Problem = problem, proof.Event.Seq, proof.Event.EventId, Seal = proof.Seals.Count > 0 ? proof.Seals[0] : null, Against = seal?.Number });
        else if (problem is not null)
            terminal.Line($"[red]The proof does not hold:[/] {SafeText.Markup(problem)}");
        else
            terminal.Line($"[green]The proof holds.[/] Event {proof.Event.Seq} ({SafeText.Markup(proof.Event.Type)}, {HumanText.Time(proof.Event.OccurredAt)}) is under seal {proof.Seals[0].Number} of {HumanText.Time(proof.Seals[0].SealedAt)}"
                + (seal is null ? $". That is worth what the seal is worth: compare {proof.Seals[0].Hash} with a copy you trust (--seal FILE)." : $", which agrees with the given seal {seal.Number}."));
    }

    private static async Task<string> ReadAsync(CliContext context, string field, string file, CancellationToken cancellationToken)
    {
        try
        {
            return file == "-" ? await context.Environment.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException(field, $"'{file}' cannot be read; allowed: a readable file ({e.Message})");
        }
    }
}
