using System.Globalization;
using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>A list of renders.</summary>
internal static class RenderTable
{
    private const int WideFrom = 110;

    public static void Write(Terminal terminal, IReadOnlyList<Render> renders, DateTimeOffset now)
    {
        var wide = terminal.Width >= WideFrom;
        var table = new Table().Border(TableBorder.None);
        foreach (var name in wide ? ["id", "status", "", "model", "size", "clip", "cost", "age", "prompt"] : new[] { "id", "status", "", "age", "prompt" })
            table.AddColumn(new TableColumn($"[grey]{name}[/]").NoWrap());
        foreach (var render in renders)
        {
            string[] start = [$"[bold]{render.ShortId}[/]", StatusText.Markup(render), render.Status.IsOpen() ? $"{render.Progress}%" : ""];
            string[] middle = wide ? [SafeText.Cut(render.Model, 20).EscapeMarkup(), render.Size ?? "", Clip(render), HumanText.Cost(render)] : [];
            string[] end = [HumanText.Ago(render.CreatedAt, now), SafeText.Cut(render.Prompt, Math.Max(20, terminal.Width - (wide ? 92 : 54))).EscapeMarkup()];
            table.AddRow([.. start, .. middle, .. end]);
        }

        terminal.Out.Write(table);
    }

    private static string Clip(Render render) => render.Seconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds} s") : "";
}
