using System.Globalization;
using Bickford.Renders.Ports;
using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>The provider's videos, what needs a look first; keeps no more than are shown.</summary>
/// <param name="limit">So many are shown.</param>
internal sealed class LibraryTable(int limit)
{
    private const int WideFrom = 100;

    private static readonly LibraryState[] Order = [LibraryState.Missing, LibraryState.Foreign, LibraryState.Pending, LibraryState.Left, LibraryState.Stored];

    private readonly SortedDictionary<int, List<LibraryVideo>> _ranks = [];
    private int _count;

    public void Add(LibraryVideo video)
    {
        _count++;
        // A missing one that is stored here is told last: that is how most providers end.
        var rank = video is { State: LibraryState.Missing, StoredHere: true } ? Order.Length : Array.IndexOf(Order, video.State);
        if (!_ranks.TryGetValue(rank, out var videos))
            _ranks[rank] = videos = [];
        if (videos.Count < limit)
            videos.Add(video);
    }

    public IEnumerable<LibraryVideo> InOrder() => _ranks.Values.SelectMany(static videos => videos).Take(limit);

    public void Write(Terminal terminal, LibrarySum sum, bool filtered, DateTimeOffset now)
    {
        var there = sum.Counts.Where(static count => count.Key != LibraryState.Missing).Sum(static count => count.Value);
        if (there == 0 && sum.Counts[LibraryState.Missing] == 0)
        {
            terminal.Line("The provider has no videos, and no render names one.");
            return;
        }

        var shown = InOrder().ToList();
        if (shown.Count > 0)
            terminal.Out.Write(Table(shown, terminal.Width >= WideFrom, now));
        foreach (var (video, render) in shown.Where(static video => video.MayBeOf is not null).Select(static video => (video, video.MayBeOf!.Value.ToString("N")[^8..])))
            terminal.Line($"[yellow]{SafeText.Markup(video.VideoId)} may be what render {render} asked for, whose create had no clear answer:[/] renders adopt {render} {SafeText.Markup(video.VideoId)}");
        if (shown.Count < _count)
            terminal.Line($"[grey]{Number(_count - shown.Count)} more{(filtered ? "" : "; narrow them with --only")}, or see them all with --limit or --json.[/]");
        if (shown.Count > 0)
            terminal.Line();
        Sum(terminal, sum, there);
    }

    private static void Sum(Terminal terminal, LibrarySum sum, int there)
    {
        terminal.Line(
            $"[bold]{Number(there)} at the provider:[/] {Number(sum.Counts[LibraryState.Stored])} stored here, {Number(sum.Counts[LibraryState.Pending])} pending, "
            + $"{Number(sum.Counts[LibraryState.Left])} left, {Number(sum.Counts[LibraryState.Foreign])} foreign.");
        if (!sum.Complete)
            terminal.Line("[yellow]The provider's list had no end; what is missing there cannot be told.[/]");
        var missing = sum.Counts[LibraryState.Missing];
        if (missing > sum.LostCount)
            terminal.Line($"{Number(missing - sum.LostCount)} more {(missing - sum.LostCount == 1 ? "is" : "are")} not there any more, and stored here.");
        if (sum.LostCount > 0)
            terminal.Line($"[red]{Number(sum.LostCount)} {(sum.LostCount == 1 ? "is" : "are")} not there and not stored here either:[/] see 'renders show' for each.");
    }

    private static Table Table(IReadOnlyList<LibraryVideo> videos, bool wide, DateTimeOffset now)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var name in wide ? ["state", "render", "", "video", "there", "age", "expires"] : new[] { "state", "render", "video" })
            table.AddColumn(new TableColumn($"[grey]{name}[/]").NoWrap());
        foreach (var video in videos)
        {
            string[] start = [State(video), video.RenderId is { } id ? $"[bold]{id.ToString("N")[^8..]}[/]" : "[grey]–[/]"];
            var name = SafeText.Cut(video.VideoId, 60).EscapeMarkup();
            table.AddRow(wide
                ? [.. start, $"[grey]{video.RenderStatus}[/]", name, SafeText.Cut(video.ProviderStatus, 12).EscapeMarkup(), Age(video.CreatedAt, now), Expiry(video.ExpiresAt, now)]
                : [.. start, name]);
        }

        return table;
    }

    private static string State(LibraryVideo video) => video switch
    {
        { State: LibraryState.Missing, StoredHere: false } => "[red]missing[/]",
        { State: LibraryState.Foreign } => "[yellow]foreign[/]",
        { State: LibraryState.Pending } => "[aqua]pending[/]",
        { State: LibraryState.Stored } => "[green]stored[/]",
        _ => $"[grey]{video.State.ToString().ToLowerInvariant()}[/]",
    };

    private static string Age(DateTimeOffset? time, DateTimeOffset now) => time is { } known ? HumanText.Ago(known, now) : "";

    private static string Expiry(DateTimeOffset? time, DateTimeOffset now) => time switch
    {
        null => "",
        { } past when past <= now => "over",
        { } left => $"in {HumanText.Ago(now, left)}",
    };

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
