using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders db</c>: what can be done with the database.</summary>
internal sealed class DatabaseCommand : Command
{
    public DatabaseCommand(CliEnvironment environment)
        : base("db", "Migrate the database, print the SQL for it, show where it stands, or recover after a restore")
    {
        Add(new DatabaseMigrateCommand(environment));
        Add(new DatabaseScriptCommand(environment));
        Add(new DatabaseStatusCommand(environment));
        Add(new DatabaseRestoredCommand(environment));
    }
}
