using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>Status and progress as a terminal shows them.</summary>
internal static class StatusText
{
    private const int BarWidth = 12;

    public static string Markup(Render render) => $"[{Color(render.Status)}]{Word(render)}[/]";

    /// <summary>The status, with what is being done or why it stopped.</summary>
    public static string Word(Render render) => render switch
    {
        { Status: RenderStatus.Failed or RenderStatus.Parked, Cause: { } cause } => $"{render.Status}: {cause}",
        { Status: RenderStatus.Queued or RenderStatus.Rendering or RenderStatus.Storing, Attempt: > 0 } => $"{render.Status}, try {render.Attempt + 1}",
        { Status: RenderStatus.Queued, WaitsForSourceSince: not null, RemixOf: { } source } => $"{render.Status}: waits for {source.ToString("N")[^8..]}",
        { Status: RenderStatus.Storing } => $"{render.Status}: {render.Step}",
        _ => render.Status.ToString(),
    };

    /// <summary>A bar of fixed width.</summary>
    public static string Bar(Render render)
    {
        var percent = render.Status == RenderStatus.Completed ? 100 : Math.Clamp(render.Progress, 0, 100);
        var full = BarWidth * percent / 100;
        return $"[{Color(render.Status)}]{new string('━', full)}[/][grey]{new string('─', BarWidth - full)}[/] {percent,3}%";
    }

    /// <summary>The status' own colour.</summary>
    public static Color Color(RenderStatus status) => status switch
    {
        RenderStatus.Completed => Spectre.Console.Color.Green,
        RenderStatus.Failed => Spectre.Console.Color.Red,
        RenderStatus.Parked => Spectre.Console.Color.Yellow,
        RenderStatus.Cancelled => Spectre.Console.Color.Grey,
        RenderStatus.Queued => Spectre.Console.Color.Silver,
        _ => Spectre.Console.Color.Aqua,
    };
}
