using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders db</c>: what can be done with the database's schema.</summary>
internal sealed class DatabaseCommand : Command
{
    public DatabaseCommand(CliEnvironment environment)
        : base("db", "Migrate the database, print the SQL for it, or show where it stands")
    {
        Add(new DatabaseMigrateCommand(environment));
        Add(new DatabaseScriptCommand(environment));
        Add(new DatabaseStatusCommand(environment));
    }
}
