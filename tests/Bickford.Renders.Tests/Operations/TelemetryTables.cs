using System.Text.RegularExpressions;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Tests.Operations;

/// <summary>A metric, and the labels that Prometheus gives it.</summary>
internal sealed record TelemetryMetric(string Name, IReadOnlySet<string> Labels);

/// <summary>The tables of docs/telemetry.md, as Prometheus and Seq show what is in them.</summary>
/// <param name="Series">Metrics by the names of their series.</param>
/// <param name="Attributes">Of spans.</param>
/// <param name="Spans">Their names.</param>
internal sealed partial record TelemetryTables(IReadOnlyDictionary<string, TelemetryMetric> Series, IReadOnlySet<string> Attributes, IReadOnlySet<string> Spans)
{
    /// <summary>What status, cause, step and result may be.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. Enum.GetValues<RenderStatus>().Cast<Enum>().Concat(Enum.GetValues<RenderCause>().Cast<Enum>()).Concat(Enum.GetValues<RenderStep>().Cast<Enum>()).Select(word => TelemetryFields.Word(word)),
        "none", "done", "again", "waiting", "retry", "dropped",
    ];

    public static TelemetryTables Read()
    {
        var lines = File.ReadAllLines(Path.Combine(OperationsFiles.Root, "docs", "telemetry.md"));
        var series = new Dictionary<string, TelemetryMetric>();
        foreach (var row in Table(lines, "metric"))
        {
            var name = Code(row[0]).Single();
            var labels = Code(row[3]).Select(attribute => attribute.Replace('.', '_')).ToHashSet();
            foreach (var one in SeriesOf(name, row[1], Code(row[2]).Single()))
                series.Add(one, new TelemetryMetric(name, labels));
        }

        return new TelemetryTables(series, Table(lines, "attribute").Select(row => Code(row[0]).Single()).ToHashSet(), Table(lines, "span").Select(row => Code(row[0]).Single()).ToHashSet());
    }

    // The rules by which OpenTelemetry's names become Prometheus': units are put behind, those in braces left out, and counters end in _total.
    private static string[] SeriesOf(string name, string kind, string unit)
    {
        var suffix = unit switch { "s" => "seconds", "By" => "bytes", ['{', ..] => "", _ => unit };
        var plain = name.Replace('.', '_');
        var withUnit = suffix == "" || plain.EndsWith($"_{suffix}", StringComparison.Ordinal) ? plain : $"{plain}_{suffix}";
        return kind switch
        {
            "counter" => [$"{withUnit}_total"],
            "histogram" => [$"{withUnit}_bucket", $"{withUnit}_count", $"{withUnit}_sum"],
            _ => [withUnit],
        };
    }

    private static IEnumerable<string[]> Table(string[] lines, string heading) => lines
        .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries));

    private static IEnumerable<string> Code(string cell) => CodeSpan().Matches(cell).Select(found => found.Groups["text"].Value);

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex CodeSpan();
}
