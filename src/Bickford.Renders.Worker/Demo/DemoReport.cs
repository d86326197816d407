using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Demo;

/// <summary>The end of the demo, for people.</summary>
internal static class DemoReport
{
    public static void Write(Terminal terminal, DemoFolder folder, DemoResult result)
    {
        terminal.Line();
        terminal.Line("[bold]What was made[/]");
        Outcome.Write(terminal, [.. result.Renders.Where(render => render.Status == RenderStatus.Completed)]);
        terminal.Line();
        terminal.Line("[bold]What was not, why, and what to do about it[/]");
        Outcome.Write(terminal, [.. result.Renders.Where(render => render.Status != RenderStatus.Completed)]);
        terminal.Line();
        foreach (var adopted in result.Renders.Where(render => result.Adopted.Contains(render.Id)))
            terminal.Line($"Healed    {adopted.ShortId}: the answer to its create was lost; its video was found at the provider and adopted, not paid twice");
        terminal.Line($"Creates   {result.Creates} accepted by the simulator for {HumanText.Count(result.Renders.Count(render => render.VideoId is not null), "video", "videos")}");
        terminal.Line($"Cost      {HumanText.Dollars(result.Renders.Where(render => render.VideoId is not null).Sum(render => render.Cost ?? 0))} at the provider's list price (the simulator bills nothing)");
        terminal.Line($"Ledger    {(result.Ledger.Verified ? "[green]verified[/]" : "[red]does not verify[/]")}, {HumanText.Count(result.Ledger.Events, "event", "events")}");
        terminal.Line($"Files     {SafeText.Markup(folder.PathOf("videos"))}");
        terminal.Line($"Closer    renders list --settings {SafeText.Markup(folder.PathOf(DemoRun.SettingsName))}");
        if (!result.IsExpected)
            terminal.Line("[red]This is not how the demo is meant to end. Run it again with --verbose to see what the worker logs.[/]");
    }
}
