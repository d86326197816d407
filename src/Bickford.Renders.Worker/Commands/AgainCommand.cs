using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders again</c>.</summary>
internal sealed class AgainCommand : ActionVerb
{
    private readonly Option<string?> _prompt = new("--prompt") { Description = "An edited prompt; else the same", HelpName = "PROMPT" };

    public AgainCommand(CliEnvironment environment)
        : base(
            environment,
            "again",
            "Render again, as a new render that names the old one; costs money",
            mayWait: true,
            "renders again 1f9a3b2c",
            "renders again 1f9a3b2c --prompt \"A lighthouse in fog, at dawn\" --wait")
    {
        Add(_prompt);
        Add(CommonOptions.Key);
    }

    protected override Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken) =>
        renders.RenderAgainAsync(id, context.Parse.GetValue(_prompt), context.Parse.GetValue(CommonOptions.Key), actor, cancellationToken);
}
