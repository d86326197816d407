using System.Globalization;
using Bickford.Renders.Ledger;
using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>Everything about one render: its fields, and its ledger as a timeline.</summary>
internal static class RenderDetails
{
    public static void Write(Terminal terminal, Render render, IReadOnlyList<LedgerEvent> events)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, value) in Fields(render).Where(field => !string.IsNullOrEmpty(field.Value)))
            grid.AddRow($"[grey]{name}[/]", SafeText.Markup(value));
        terminal.Line($"[bold]Render {render.ShortId}[/]  {StatusText.Markup(render)}");
        terminal.Out.Write(grid);
        foreach (var asset in render.Assets)
            terminal.Line($"[grey]{asset.Kind.ToString().ToLowerInvariant(),-12}[/]  {SafeText.Markup(Outcome.PathOf(asset.Uri ?? (render.FilesDeletingAt is null ? "not stored yet" : "deleted by clean-up")))}  [grey]{HumanText.Bytes(asset.Bytes)}, {SafeText.Markup(asset.ContentType)}, sha256 {SafeText.Markup(asset.Sha256)}[/]");
        if (NextStep.For(render) is { } next)
            terminal.Line($"[yellow]{SafeText.Markup(next)}[/]");
        terminal.Line();
        Timeline.Write(terminal, events);
    }

    /// <summary>Its fields as people read them.</summary>
    public static IEnumerable<(string Name, string? Value)> Fields(Render render)
    {
        yield return ("id", render.Id.ToString());
        yield return ("prompt", render.Prompt);
        yield return ("model", render.Model);
        yield return ("size", render.Size);
        yield return ("seconds", Text(render.Seconds));
        yield return ("reference", render.Reference is { } image ? $"{image.FileName} ({image.ContentType}, {HumanText.Bytes(image.Bytes)}{(image.Fit is { } fit ? $", {fit.ToString().ToLowerInvariant()} to fit" : "")})" : null);
        yield return ("tags", string.Join(", ", render.Tags));
        yield return ("batch", render.Batch);
        yield return ("priority", render.Priority == 0 ? null : Text(render.Priority));
        yield return ("key", render.IdempotencyKey);
        yield return ("again of", render.AgainOf?.ToString());
        yield return ($"{render.RemixKind.ToString().ToLowerInvariant()} of", render.RemixOf?.ToString());
        yield return ("remixed video", render.RemixVideoId);
        yield return ("step", render.Attempt > 0 ? $"{render.Step}, {render.Attempt} failed {(render.Attempt == 1 ? "try" : "tries")}" : render.Step.ToString());
        yield return ("progress", $"{render.Progress}%, looked {render.Looks} times");
        yield return ("due", (render.WaitsForRoomSince ?? render.WaitsForSourceSince) is null ? Text(render.DueAt) : null);
        yield return ("waits", render switch
        {
            { WaitsForRoomSince: { } since } => $"for others to finish (Sora:MaxInFlight), since {HumanText.Time(since)}",
            { WaitsForSourceSince: { } since } => $"until {render.RemixOf?.ToString("N")[^8..]} is rendered, since {HumanText.Time(since)}",
            _ => null,
        });
        yield return ("cancel", render.CancelRequested ? "asked for, takes effect when the running step ends" : null);
        yield return ("video id", render.VideoId);
        yield return ("cost", HumanText.Cost(render));
        yield return ("cause", render.Cause?.ToString());
        yield return ("message", render.Message);
        yield return ("created", Text(render.CreatedAt));
        yield return ("create sent", Text(render.CreateStartedAt));
        yield return ("at provider", Text(render.ProviderCreatedAt));
        yield return ("rendered", Text(render.ProviderCompletedAt));
        yield return ("expires", Text(render.ExpiresAt));
        yield return ("deadline", render.Status.IsOpen() ? Text(render.DeadlineAt) : null);
        yield return ("finished", render.FinishedAt is { } end ? $"{HumanText.Time(end)}, after {HumanText.Span(end - render.CreatedAt)}" : null);
        yield return ("kept", render.Keep ? "its files stay for ever (renders keep)" : null);
        yield return ("their copy", render.ProviderCopyDeletedAt is { } there ? $"deleted at the provider by clean-up, {HumanText.Time(there)}" : null);
        yield return ("our files", render.FilesDeletedAt is { } here ? $"deleted by clean-up, {HumanText.Time(here)}" : null);
        yield return ("version", Text(render.Version));
        yield return ("trace", render.TraceParent);
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Text(DateTimeOffset? time) => time is { } known ? HumanText.Time(known) : null;
}
