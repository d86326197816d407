using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>What became of renders: where the files are, why one stopped, and what to do about it.</summary>
internal static class Outcome
{
    public static void Write(Terminal terminal, IReadOnlyList<Render> renders)
    {
        foreach (var render in renders)
            Write(terminal, render);
    }

    public static void Write(Terminal terminal, Render render)
    {
        terminal.Line($"[bold]{render.ShortId}[/] {StatusText.Markup(render)}  [grey]{SafeText.Cut(render.Prompt, 60).EscapeMarkup()}[/]");
        foreach (var asset in render.Assets.Where(asset => asset.Uri is not null))
            terminal.Line($"         {SafeText.Markup(PathOf(asset.Uri!))}  [grey]{HumanText.Bytes(asset.Bytes)}[/]");
        if (render.Status != RenderStatus.Completed && render.Message is { } message)
            terminal.Line($"         {SafeText.Markup(message)}");
        if (NextStep.For(render) is { } next)
            terminal.Line($"         [yellow]{SafeText.Markup(next)}[/]");
    }

    /// <summary>A file's path is what people can open; other uris stay as they are.</summary>
    public static string PathOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.IsFile ? parsed.LocalPath : uri;
}
