using System.CommandLine;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders library</c>: the provider's videos against ours.</summary>
internal sealed class LibraryCommand : Verb
{
    private readonly Option<LibraryState[]> _only = new Option<LibraryState[]>("--only") { Description = "Only these; may be given often", HelpName = string.Join('|', Enum.GetNames<LibraryState>()) }.Named();
    private readonly Option<int> _limit = new("--limit") { Description = "Show at most so many: 0 to 100000; --json writes all", DefaultValueFactory = _ => 50, HelpName = "N" };

    public LibraryCommand(CliEnvironment environment)
        : base(
            environment,
            "library",
            "Compare the provider's list of videos with ours: stored here, pending, left (wanted no more), foreign (no render owns it), missing there; exit code 1 if one is missing that is not stored here",
            "renders library",
            "renders library --only Foreign --only Missing",
            "renders library --json | jq -r '.videos[] | select(.state == \"Foreign\") | .video_id'")
    {
        Add(_only);
        Add(_limit);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (only, limit) = (context.Parse.GetValue(_only) ?? [], context.Parse.GetValue(_limit));
        if (limit is < 0 or > 100_000)
            throw new InputException("--limit", $"'{limit}' is not allowed; allowed: 0 to 100000");
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        if (session.Get<Videos.IVideosApi>() is NoProvider)
            throw NoProvider.Missing;

        var terminal = context.Terminal;
        var shown = new LibraryTable(terminal.AsJson ? int.MaxValue : limit);
        var sum = await session.Get<IProviderLibrary>().CompareAsync(video => Note(shown, video), cancellationToken);
        if (terminal.AsJson)
            terminal.Json(new { sum.Complete, sum.Counts, Lost = sum.LostCount, Videos = shown.InOrder().Select(Json) });
        else
            shown.Write(terminal, sum, only.Length > 0, context.Environment.Clock.GetUtcNow());
        return sum.LostCount > 0 ? ExitCode.Failed : ExitCode.Ok;

        void Note(LibraryTable table, LibraryVideo video)
        {
            if (only.Length == 0 || only.Contains(video.State))
                table.Add(video);
        }
    }

    private static object Json(LibraryVideo video) => new
    {
        video.VideoId,
        video.State,
        video.RenderId,
        video.RenderStatus,
        video.StoredHere,
        video.ProviderStatus,
        video.CreatedAt,
        video.ExpiresAt,
        video.MayBeOf,
    };
}
