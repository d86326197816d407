using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Output;

/// <summary>Tells what a clean-up does while it does it, and sums it up.</summary>
internal sealed class CleanupReport(Terminal terminal, bool dryRun)
{
    private const string Indent = "  ";

    private readonly List<CleanupItem> _items = [];
    private CleanupKind? _kind;

    /// <summary>Something is due and was not deleted, or could not be looked for.</summary>
    public bool SomethingStays => _items.Exists(static item => Stays(item));

    /// <summary>All that is due was looked for.</summary>
    public bool IsComplete { get; set; }

    public void Add(CleanupItem item)
    {
        _items.Add(item);
        if (terminal.AsJson)
            return;
        if (_kind != item.Kind)
            terminal.Line($"[bold]{Heading(item.Kind)}[/]");
        _kind = item.Kind;
        Write(item);
    }

    /// <summary>Also after a run that was stopped: what is deleted is deleted.</summary>
    public void End(RetentionOptions rules)
    {
        if (!IsComplete && _items.Count == 0)
            return;
        if (terminal.AsJson)
            WriteJson();
        else
            WriteSum(rules);
    }

    private static bool Stays(CleanupItem item) => item.Outcome is CleanupOutcome.Kept or CleanupOutcome.Failed;

    private void Write(CleanupItem item)
    {
        var name = SafeText.Line(Outcome.PathOf(item.Name));
        string?[] facts =
        [
            item.RenderId is { } id && item.Kind != CleanupKind.Staging ? $"render {id.ToString("N")[^8..]}" : null,
            item.Bytes is { } bytes ? HumanText.Bytes(bytes) : null,
            item.Others.Count > 0 ? $"with {string.Join(", ", item.Others.Select(other => SafeText.Line(other[(other.LastIndexOf('/') + 1)..])))}" : null,
        ];
        var (about, why) = (string.Join(", ", facts.OfType<string>()), SafeText.Line(item.Why));
        // As much on a line as fits: a name is never broken, so that it can be copied.
        var line = (Text: SafeText.Markup(name), Width: Indent.Length + name.Length);
        foreach (var more in new[] { about, why }.Where(static text => text.Length > 0))
        {
            var fits = line.Width + more.Length + 2 <= terminal.Width;
            if (!fits)
                terminal.Line(Indent + line.Text);
            line = fits ? (line.Text + Grey(more), line.Width + more.Length + 2) : (Grey(more), Indent.Length + more.Length + 2);
        }

        terminal.Line(Indent + line.Text);

        if (item.Problem is { } problem)
            terminal.Line($"{Indent}  [{(item.Outcome == CleanupOutcome.Failed ? "red" : "yellow")}]{(item.Outcome == CleanupOutcome.Failed ? "failed" : "stays")}: {SafeText.Markup(problem)}[/]");
    }

    private void WriteSum(RetentionOptions rules)
    {
        var gone = _items.Where(static item => !Stays(item)).ToList();
        var stay = _items.Count - gone.Count;
        if (_items.Count == 0)
        {
            terminal.Line($"Nothing is due. [grey]{SafeText.Markup(Rules(rules))} See 'renders settings', Retention.[/]");
            return;
        }

        var sums = string.Join(", ", gone.GroupBy(static item => item.Kind).Select(static kind => Sum(kind.Key, [.. kind])));
        terminal.Line();
        if (gone.Count > 0)
            terminal.Line(dryRun ? $"[bold]Would delete {sums}.[/] Nothing is deleted yet; to do it: renders cleanup" : $"[green]Deleted {sums}.[/]");
        if (stay > 0)
            terminal.Line($"[yellow]{HumanText.Count(stay, "thing that is due stays", "things that are due stay")}; the reason stands beside {(stay == 1 ? "it" : "each")}.[/]");
        if (gone.GroupBy(static item => item.Kind).Any(kind => kind.Count() >= rules.MaxDeletions))
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"[grey]That is the most of a kind in one run (Retention:MaxDeletions={rules.MaxDeletions}); there may be more.[/]"));
    }

    private void WriteJson() => terminal.Json(new
    {
        DryRun = dryRun,
        Complete = IsComplete,
        Items = _items.Select(static item => new { item.Kind, item.Name, item.Others, item.RenderId, item.Bytes, item.Why, item.Outcome, item.Problem }),
        Planned = _items.Count(static item => item.Outcome == CleanupOutcome.Planned),
        Deleted = _items.Count(static item => item.Outcome == CleanupOutcome.Deleted),
        Kept = _items.Count(static item => item.Outcome == CleanupOutcome.Kept),
        Failed = _items.Count(static item => item.Outcome == CleanupOutcome.Failed),
    });

    private string Heading(CleanupKind kind) => (dryRun ? "Would delete " : "Deleting ") + kind switch
    {
        CleanupKind.ProviderCopy => "the provider's copies of videos that are stored here",
        CleanupKind.ForeignVideo => "videos at the provider that no render owns",
        CleanupKind.Files => "renders' stored files",
        CleanupKind.Staging => "staged files that nobody will ask for",
        _ => "what crashes left behind in the video store",
    };

    private static string Sum(CleanupKind kind, IReadOnlyList<CleanupItem> items)
    {
        var count = kind switch
        {
            CleanupKind.ProviderCopy => HumanText.Count(items.Count, "provider's copy", "provider's copies"),
            CleanupKind.ForeignVideo => HumanText.Count(items.Count, "foreign video", "foreign videos"),
            CleanupKind.Files => $"the files of {HumanText.Count(items.Count, "render", "renders")}",
            CleanupKind.Staging => HumanText.Count(items.Count, "staging folder", "staging folders"),
            _ => HumanText.Count(items.Count, "left-over", "left-overs"),
        };
        var bytes = items.Sum(static item => item.Bytes ?? 0);
        return bytes == 0 ? count : $"{count} ({HumanText.Bytes(bytes)})";
    }

    private static string Rules(RetentionOptions rules)
    {
        var files = rules.Files.Select(static rule => $"files of {rule.Key} renders go after {DurationText.Short(rule.Value)}").ToList();
        if (files.Count == 0)
            files.Add(rules.Tags.Values.Any(static age => age is not null) ? "files go by tags only" : "stored files stay for ever");
        return $"Provider's copies {After(rules.ProviderCopiesAfter)}; {string.Join(", ", files)}; videos that no render owns {After(rules.ForeignAfter)}.";
    }

    private static string After(TimeSpan? age) => age is { } known ? $"go after {DurationText.Short(known)}" : "stay";

    private static string Grey(string text) => $"  [grey]{SafeText.Markup(text)}[/]";
}
