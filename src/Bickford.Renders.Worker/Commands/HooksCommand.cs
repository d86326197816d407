using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders hooks</c>: ledger events as signed HTTP requests to other systems.</summary>
internal sealed class HooksCommand : Command
{
    public HooksCommand(CliEnvironment environment)
        : base("hooks", "Look after the hooks, by which ledger events are sent to other systems")
    {
        Add(new HooksListCommand(environment));
        Add(new HooksTestCommand(environment));
        Add(new HooksRetryCommand(environment));
        Add(new HooksMoveCommand(environment));
    }
}
