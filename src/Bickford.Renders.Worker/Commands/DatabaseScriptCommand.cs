using System.CommandLine;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders db script</c>: for people who let no program change their schema.</summary>
internal sealed class DatabaseScriptCommand : Verb
{
    private readonly Option<int> _after = new("--after") { Description = "Only what comes after this version of the schema", DefaultValueFactory = _ => 0, HelpName = "VERSION" };

    public DatabaseScriptCommand(CliEnvironment environment)
        : base(
            environment,
            "script",
            "Print the SQL that migrate would run; needs no database",
            "renders db script > renders.sql",
            "renders db script --after 1 --set Database:Provider=PostgreSql --set Database:ConnectionString=Host=db")
    {
        Add(_after);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var after = context.Parse.GetValue(_after);
        if (after < 0)
            throw new InputException("--after", $"'{after}' is not allowed; allowed: 0 or more");
        await using var session = context.Open(SessionKind.Look);
        var sql = session.Migrator.Script(after);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { After = after, Sql = sql });
        else
            await context.Environment.Out.WriteAsync(sql);
        return ExitCode.Ok;
    }
}
