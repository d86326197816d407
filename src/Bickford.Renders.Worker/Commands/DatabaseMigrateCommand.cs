using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders db migrate</c>: what every worker does when it starts, done before.</summary>
internal sealed class DatabaseMigrateCommand : Verb
{
    public DatabaseMigrateCommand(CliEnvironment environment)
        : base(
            environment,
            "migrate",
            "Bring the database to this program's schema; safe while workers run",
            "renders db migrate",
            "Database__Provider=PostgreSql Database__ConnectionString='Host=db;Database=renders;Username=owner' renders db migrate") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = context.Open(SessionKind.Look);
        var before = await session.Migrator.StatusAsync(cancellationToken);
        await session.Migrator.MigrateAsync(cancellationToken);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { From = before.Version, To = before.Latest });
        else
            context.Terminal.Line(before.Version == before.Latest
                ? $"Nothing to do: the database is at version {before.Latest}."
                : $"[green]The database is at version {before.Latest}[/], from {before.Version}.");
        return ExitCode.Ok;
    }
}
