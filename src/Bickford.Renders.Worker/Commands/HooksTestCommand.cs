using System.CommandLine;
using Bickford.Renders.Webhooks;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders hooks test</c>: finds out whether address, key and receiver fit together.</summary>
internal sealed class HooksTestCommand : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "The hook" };

    public HooksTestCommand(CliEnvironment environment)
        : base(environment, "test", "Send one message of the type hook.test, from this machine, and tell what came of it", "renders hooks test billing")
    {
        Add(_name);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = context.Open(SessionKind.Look);
        var (hooks, name) = (session.Get<IHooks>(), context.Parse.GetRequiredValue(_name).ToLowerInvariant());
        var answer = await hooks.TestAsync(name, cancellationToken);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Hook = name, answer.Arrived, answer.Status, Problem = answer.Arrived ? null : answer.Text });
        else
            context.Terminal.Line($"{SafeText.Markup(name)}: {SafeText.Markup(hooks.All.First(hook => hook.Name == name).Shown)} {(answer.Arrived ? $"[green]took it[/] ({answer.Text})" : $"[red]did not take it:[/] {SafeText.Markup(answer.Text)}")}");
        return answer.Arrived ? ExitCode.Ok : ExitCode.Failed;
    }
}
