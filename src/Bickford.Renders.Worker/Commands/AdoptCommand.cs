using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders adopt</c>.</summary>
internal sealed class AdoptCommand : ActionVerb
{
    private readonly Argument<string> _video = new("VIDEO_ID") { Description = "The provider's id of the video" };

    public AdoptCommand(CliEnvironment environment)
        : base(
            environment,
            "adopt",
            "Give a render whose create was ambiguous the provider's video that belongs to it",
            mayWait: true,
            "renders adopt 1f9a3b2c video_68d7512d07848190b3e45da0ecbebcde",
            "renders adopt 1f9a3b2c video_68d7512d07848190b3e45da0ecbebcde --wait") => Add(_video);

    protected override Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken) =>
        renders.AdoptAsync(id, context.Parse.GetRequiredValue(_video), actor, cancellationToken);
}
