using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders keep</c>.</summary>
internal sealed class KeepCommand : ActionVerb
{
    private readonly Option<bool> _release = new("--release") { Description = "Leave its files to the rules again" };

    public KeepCommand(CliEnvironment environment)
        : base(environment, "keep", "Keep a render's files for ever, whatever the rules of clean-up say", mayWait: false, "renders keep 1f9a3b2c", "renders keep 1f9a3b2c --release") =>
        Add(_release);

    protected override Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken) =>
        renders.KeepAsync(id, !context.Parse.GetValue(_release), actor, cancellationToken);
}
