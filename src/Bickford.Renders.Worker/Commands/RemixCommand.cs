using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders remix</c>.</summary>
internal sealed class RemixCommand : ActionVerb
{
    private readonly Argument<string> _prompt = new("PROMPT") { Description = "The change: 1 to 32,000 characters; one single, well-defined change works best" };
    private readonly Option<RemixKind?> _kind = new Option<RemixKind?>("--as") { Description = "Remix if nothing is said; Edit and Extension for servers that have them", HelpName = string.Join('|', Enum.GetNames<RemixKind>()) }.Named();
    private readonly Option<int?> _seconds = new("--seconds") { Description = "Of an extension: what is added; else the model's first choice", HelpName = "N" };

    public RemixCommand(CliEnvironment environment)
        : base(
            environment,
            "remix",
            "Render a changed or longer version of another render's video, as soon as that is rendered; costs money",
            mayWait: true,
            "renders remix 1f9a3b2c \"The same, at night\"",
            "renders remix 1f9a3b2c \"The same, at night\" --wait",
            "renders remix 1f9a3b2c \"The boat reaches the shore\" --as Extension --seconds 4")
    {
        Add(_prompt);
        Add(_kind);
        Add(_seconds);
        Add(CommonOptions.Key);
    }

    protected override Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken) =>
        renders.RemixAsync(id, new RemixRequest(context.Parse.GetRequiredValue(_prompt)) { Kind = context.Parse.GetValue(_kind) ?? RemixKind.Remix, Seconds = context.Parse.GetValue(_seconds) }, context.Parse.GetValue(CommonOptions.Key), actor, cancellationToken);
}
