using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger</c>: what can be done with the ledger.</summary>
internal sealed class LedgerCommand : Command
{
    public LedgerCommand(CliEnvironment environment)
        : base("ledger", "Verify, read, export, seal or prove the ledger")
    {
        Add(new LedgerVerifyCommand(environment));
        Add(new LedgerTailCommand(environment));
        Add(new LedgerExportCommand(environment));
        Add(new LedgerCursorsCommand(environment));
        Add(new LedgerSealCommand(environment));
        Add(new LedgerProveCommand(environment));
        Add(new LedgerCheckCommand(environment));
    }
}
