using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders keys</c>: keys by which programs use the HTTP API.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand(CliEnvironment environment)
        : base("keys", "Make, list or revoke keys by which programs use the HTTP API")
    {
        Add(new KeysCreateCommand(environment));
        Add(new KeysListCommand(environment));
        Add(new KeysRevokeCommand(environment));
    }
}
