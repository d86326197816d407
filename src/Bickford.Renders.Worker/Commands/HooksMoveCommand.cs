using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders hooks move</c>: sends a hook back, to send events again, or on, to pass over them.</summary>
internal sealed class HooksMoveCommand : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "The hook" };
    private readonly Option<long> _to = new("--to") { Description = "Go on after this position of the ledger: 0 to send everything again", HelpName = "POSITION", Required = true };

    public HooksMoveCommand(CliEnvironment environment)
        : base(environment, "move", "Let a hook go on from another position of the ledger, earlier or later", "renders hooks move billing --to 0")
    {
        Add(_name);
        Add(_to);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var name = context.Parse.GetRequiredValue(_name).ToLowerInvariant();
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var state = await session.Get<IHookStore>().MoveAsync(name, context.Parse.GetRequiredValue(_to), cancellationToken)
            ?? throw new InputException("NAME", $"no hook '{SafeText.Cut(name, 60)}' ever began; it begins when the worker runs with it; see 'renders hooks list'");
        if (context.Terminal.AsJson)
            context.Terminal.Json(state);
        else
            context.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{SafeText.Markup(name)} goes on after position {state.Position:N0}."));
        return ExitCode.Ok;
    }
}
