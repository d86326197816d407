using Bickford.Renders.Worker.Output;
using Spectre.Console;

namespace Bickford.Renders.Worker.Doctor;

/// <summary>Findings, for people.</summary>
internal static class DoctorReport
{
    private const int VerdictWidth = 5;
    private const int CheckWidth = 14;

    public static void Write(Terminal terminal, Finding finding)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().Width(VerdictWidth).NoWrap().PadLeft(0).PadRight(2))
            .AddColumn(new GridColumn().Width(CheckWidth).NoWrap().PadLeft(0).PadRight(2))
            .AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        var mend = finding.Mend is { } advice ? $"\n[yellow]→ {SafeText.Markup(advice)}[/]" : "";
        grid.AddRow(Word(finding.Verdict), finding.Check, $"{SafeText.Markup(finding.Said)}{mend}");
        terminal.Out.Write(grid);
    }

    public static void WriteSum(Terminal terminal, IReadOnlyList<Finding> findings)
    {
        var wrong = findings.Count(finding => finding.Verdict == Verdict.Wrong);
        var notes = findings.Count(finding => finding.Verdict == Verdict.Note);
        terminal.Line();
        terminal.Line((wrong, notes) switch
        {
            (0, 0) => "[green]Nothing is wrong.[/]",
            (0, _) => $"[green]Nothing is wrong.[/] {HumanText.Count(notes, "note", "notes")} above.",
            _ => $"[red]{HumanText.Count(wrong, "thing is wrong", "things are wrong")}.[/]{(notes == 0 ? "" : $" {HumanText.Count(notes, "note", "notes")} besides.")}",
        });
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "[green]ok[/]",
        Verdict.Note => "[yellow]note[/]",
        Verdict.Wrong => "[red]wrong[/]",
        _ => "[grey]–[/]",
    };
}
