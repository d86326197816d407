using System.CommandLine;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Demo;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders demo</c>: the whole system in one process, against a simulated provider.</summary>
internal sealed class DemoCommand : Verb
{
    private readonly Option<string> _folder = new("--folder") { Description = "A new folder, or one of an earlier demo, which is replaced", DefaultValueFactory = _ => "renders-demo", HelpName = "FOLDER" };

    private readonly Option<bool?> _stay = new("--stay") { Description = "Keep the dashboard open until Ctrl-C when all is done; so it does in a terminal, if you do not say false", HelpName = "true|false" };

    public DemoCommand(CliEnvironment environment)
        : base(
            environment,
            "demo",
            "See it work: six renders against a simulated provider, with one lost answer and one refused prompt; costs nothing",
            "renders demo",
            "renders demo --json | jq .ledger")
    {
        Add(_folder);
        Add(_stay);
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        using var folder = DemoFolder.Take(context.Parse.GetRequiredValue(_folder));
        context.Terminal.Line("[bold]Bickford Renders, a demo.[/] Six renders at once, on a simulated provider that loses one answer and refuses one prompt.");
        var result = await new DemoRun(context, folder, context.Parse.GetValue(_stay) ?? context.Terminal.IsLive).RunAsync(cancellationToken);
        return result.IsExpected ? ExitCode.Ok : ExitCode.Failed;
    }
}
