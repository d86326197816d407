using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bickford.Renders.Worker.Output;

/// <summary>
/// Text from outside (prompts, messages, file names) made safe for a terminal: it cannot move the cursor, change colours, turn
/// the writing direction or break a line.
/// </summary>
internal static class SafeText
{
    public static string Line(string? text)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control when rune.Value is '\n' or '\r' or '\t':
                case UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    clean.Append(' ');
                    break;
                case UnicodeCategory.Control:
                // Code points that are no characters and never will be: Spectre fails on U+FFFF, and one prompt would take the whole list with it.
                case UnicodeCategory.OtherNotAssigned when (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF:
                    clean.Append('\uFFFD');
                    break;
                // Joiners belong to emoji and to several scripts; other format characters hide text or turn its direction.
                case UnicodeCategory.Format when rune.Value is not (0x200C or 0x200D):
                    break;
                default:
                    clean.Append(rune.ToString());
                    break;
            }
        }

        return clean.ToString().Trim();
    }

    /// <summary>Each line of a longer text as <see cref="Line"/>, indented: none can be taken for one that was not quoted.</summary>
    public static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").Split('\n').Select(static line => $"   {Line(line)}");

    /// <summary>As <see cref="Line"/>, cut to so many columns of a terminal.</summary>
    public static string Cut(string? text, int columns)
    {
        var line = Line(text);
        if (Width(line) <= columns)
            return line;
        var (cut, used) = (new StringBuilder(), 1);
        foreach (var element in Elements(line))
        {
            used += Width(element);
            if (used > columns)
                break;
            cut.Append(element);
        }

        return cut.ToString().TrimEnd() + "…";
    }

    /// <summary>As <see cref="Line"/>, with Spectre's markup escaped.</summary>
    public static string Markup(string? text) => Line(text).EscapeMarkup();

    private static int Width(string text) => new Segment(text).CellCount();

    private static IEnumerable<string> Elements(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
            yield return elements.GetTextElement();
    }
}
