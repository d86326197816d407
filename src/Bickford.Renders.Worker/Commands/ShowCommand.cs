using System.CommandLine;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders show</c>.</summary>
internal sealed class ShowCommand : Verb
{
    public ShowCommand(CliEnvironment environment)
        : base(
            environment,
            "show",
            "Show everything about a render, its ledger as a timeline included",
            "renders show 1f9a3b2c",
            "renders show 1f9a3b2c --json | jq '.assets'")
    {
        Add(CommonOptions.Id);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var text = context.Parse.GetRequiredValue(CommonOptions.Id);
        var id = await ShortIds.ResolveAsync(session.Store, text, cancellationToken);
        var render = await session.Renders.GetAsync(id, cancellationToken) ?? throw new RenderNotFoundException(text);
        var events = new List<LedgerEvent>();
        await foreach (var one in session.Ledger.ReadAsync(stream: LedgerHash.StreamOf(id), cancellationToken: cancellationToken))
            events.Add(one);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Render = RenderJson.Of(render), Ledger = events.Select(RenderJson.Of) });
        else
            RenderDetails.Write(context.Terminal, render, events);
        return ExitCode.Ok;
    }
}
