using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders db status</c>: looks, and changes nothing.</summary>
internal sealed class DatabaseStatusCommand : Verb
{
    public DatabaseStatusCommand(CliEnvironment environment)
        : base(
            environment,
            "status",
            "Show which changes of the schema the database has; exit code 1 if it is not at this program's version",
            "renders db status",
            "renders db status --json | jq .is_current") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = context.Open(SessionKind.Look);
        var status = await session.Migrator.StatusAsync(cancellationToken);
        var terminal = context.Terminal;
        if (terminal.AsJson)
        {
            terminal.Json(status);
        }
        else
        {
            foreach (var migration in status.Migrations)
                terminal.Line($"{migration.Version,4}  {SafeText.Markup(migration.Name)}  {When(migration)}");
            terminal.Line(Summary(status));
        }

        return status.IsCurrent ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string When(Data.MigrationStatus migration) => migration switch
    {
        { Changed: true } => "[red]applied with another text[/]",
        { AppliedAt: { } at } => $"[grey]applied {at:yyyy-MM-dd HH:mm} UTC[/]",
        _ => "[yellow]not applied[/]",
    };

    private static string Summary(Data.SchemaStatus status) => status switch
    {
        { IsCurrent: true } => $"[green]The database is at version {status.Version}[/], as this program is.",
        _ when status.Version > status.Latest => $"[red]The database is at version {status.Version}, this program at {status.Latest}:[/] run the newer program.",
        _ when status.Migrations.Any(migration => migration.Changed) => "[red]The database applied another text of a migration than this program has.[/]",
        _ => $"[yellow]The database is at version {status.Version}, this program at {status.Latest}.[/] Next: renders db migrate",
    };
}
