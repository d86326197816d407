using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders cancel</c>.</summary>
internal sealed class CancelCommand(CliEnvironment environment) : ActionVerb(
    environment,
    "cancel",
    "Stop a render; what the provider has made already is left alone, and paid",
    mayWait: false,
    "renders cancel 1f9a3b2c")
{
    protected override Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken) =>
        renders.CancelAsync(id, actor, cancellationToken);
}
