using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders remix</c>.</summary>
internal sealed class RemixCommand : ActionVerb
{
    private readonly Argument<string> _prompt = new("PROMPT") { Description = "The change: 1 to 32,000 characters" };

    public RemixCommand(CliEnvironment environment)
        : base(
            environment,
            "remix",
            "Render a changed version of another render's video; costs money",
            mayWait: true,
            "renders remix 1f9a3b2c \"The same, at night\"",
            "renders remix 1f9a3b2c \"The same, at night\" --wait")
    {
        Add(_prompt);
        Add(CommonOptions.Key);
    }

    protected override Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken) =>
        renders.RemixAsync(id, context.Parse.GetRequiredValue(_prompt), context.Parse.GetValue(CommonOptions.Key), actor, cancellationToken);
}
