using System.CommandLine;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Demo;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders demo</c>: the whole system in one process, against a simulated provider.</summary>
internal sealed class DemoCommand : Verb
{
    private readonly Option<string> _folder = new("--folder") { Description = "A new folder, or one of an earlier demo, which is replaced", DefaultValueFactory = _ => "renders-demo", HelpName = "FOLDER" };

    public DemoCommand(CliEnvironment environment)
        : base(
            environment,
            "demo",
            "See it work: six renders against a simulated provider, with one lost answer and one refused prompt; costs nothing",
            "renders demo",
            "renders demo --json | jq .ledger") => Add(_folder);

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        using var folder = DemoFolder.Take(context.Parse.GetRequiredValue(_folder));
        context.Terminal.Line("[bold]Bickford Renders, a demo.[/] Six renders at once, on a simulated provider that loses one answer and refuses one prompt.");
        context.Terminal.Line();
        var result = await new DemoRun(context, folder).RunAsync(cancellationToken);
        if (context.Terminal.AsJson)
            context.Terminal.Json(result.ToJson());
        DemoReport.Write(context.Terminal, folder, result);
        return result.IsExpected ? ExitCode.Ok : ExitCode.Failed;
    }
}
