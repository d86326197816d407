using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Ledger;
using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>Ledger events, one below the other, with the time between them.</summary>
internal static class Timeline
{
    // What every event repeats or what the render's own fields show already.
    private static readonly string[] Dull = ["event_id", "version", "prompt", "model", "size", "seconds", "tags", "input_reference", "remix_video_id", "again_of", "remix_of", "cost"];

    public static void Write(Terminal terminal, IReadOnlyList<LedgerEvent> events)
    {
        DateTimeOffset? before = null;
        foreach (var one in events)
        {
            var gap = before is { } earlier ? $"+{HumanText.Span(one.OccurredAt - earlier)}" : "";
            var time = one.OccurredAt.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            var line = $"{time}  {gap,-10} {Name(one),-20} ";
            terminal.Line($"[grey]{time}  {gap,-10}[/] [aqua]{Name(one).EscapeMarkup(),-20}[/] [grey]{SafeText.Cut(Facts(one), Math.Max(20, terminal.Width - line.Length)).EscapeMarkup()}[/]");
            before = one.OccurredAt;
        }
    }

    private static string Name(LedgerEvent one) => SafeText.Line(one.Type.StartsWith("render.", StringComparison.Ordinal) ? one.Type["render.".Length..] : one.Type);

    private static string Facts(LedgerEvent one)
    {
        using var payload = JsonDocument.Parse(one.Payload);
        return string.Join(", ", payload.RootElement.EnumerateObject()
            .Where(fact => !Dull.Contains(fact.Name) && fact.Value.ValueKind is not JsonValueKind.Null)
            .Select(fact => $"{fact.Name} {fact.Value}"));
    }
}
