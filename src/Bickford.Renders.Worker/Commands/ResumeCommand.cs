using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders resume</c>.</summary>
internal sealed class ResumeCommand(CliEnvironment environment) : ActionVerb(
    environment,
    "resume",
    "Go on with a failed or parked render from the step where it stopped; free",
    mayWait: true,
    "renders resume 1f9a3b2c",
    "renders resume 1f9a3b2c --wait")
{
    protected override Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken) =>
        renders.ResumeAsync(id, actor, cancellationToken);
}
