using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Tests.Operations;

/// <summary>What dashboards and alerts name is what docs/telemetry.md has, and that is what the code emits (TelemetryDocumentTests).</summary>
public sealed partial class DashboardTests
{
    private static readonly TelemetryTables s_told = TelemetryTables.Read();
    private static readonly JsonNode s_grafana = JsonNode.Parse(OperationsFiles.Read("grafana/renders.json"))!;
    private static readonly string s_alerts = OperationsFiles.Read("alerts.yml");

    public static TheoryData<string> SeqFiles => [.. Directory.GetFiles(Path.Combine(OperationsFiles.Folder, "seq")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static IEnumerable<JsonNode> Panels => s_grafana["panels"]!.AsArray().Select(panel => panel!);

    private static IEnumerable<(string Expression, string Legend)> Targets => Panels.Where(panel => panel["targets"] is not null)
        .SelectMany(panel => panel["targets"]!.AsArray()).Select(target => (target!["expr"]!.GetValue<string>(), target["legendFormat"]!.GetValue<string>()));

    private static IEnumerable<string> AlertExpressions => AlertExpression().Matches(s_alerts).Select(found => found.Groups["text"].Value);

    [Fact]
    public void Every_series_that_the_dashboard_and_the_alerts_name_is_there_with_its_labels()
    {
        var expressions = Targets.Select(target => target.Expression).Concat(AlertExpressions).ToList();

        expressions.Count.ShouldBeGreaterThan(40);
        foreach (var expression in expressions)
            ShouldBeTold(expression);
    }

    [Fact]
    public void The_series_that_alerts_are_tested_with_are_those_that_there_are()
    {
        foreach (Match series in TestedSeries().Matches(OperationsFiles.Read("alerts.tests.yml")))
            ShouldBeTold(series.Groups["text"].Value);
    }

    [Fact]
    public void Every_metric_is_on_the_dashboard_or_in_an_alert()
    {
        var named = string.Join('\n', Targets.Select(target => target.Expression).Concat(AlertExpressions));

        s_told.Series.Values.Distinct().Where(metric => !s_told.Series.Any(series => series.Value == metric && Regex.IsMatch(named, $@"\b{series.Key}\b"))).Select(metric => metric.Name).ShouldBeEmpty();
    }

    [Fact]
    public void Legends_show_labels_that_the_expression_keeps()
    {
        foreach (var (expression, legend) in Targets)
        {
            var kept = By().Matches(expression).SelectMany(by => by.Groups["labels"].Value.Split(", ")).ToHashSet();
            Shown().Matches(legend).Select(shown => shown.Groups["label"].Value).Where(label => !kept.Contains(label)).ShouldBeEmpty(expression);
        }
    }

    [Fact]
    public void Panels_have_ids_of_their_own_and_none_covers_another()
    {
        Panels.Select(panel => panel["id"]!.GetValue<int>()).ShouldBeUnique();
        var taken = new HashSet<(int, int)>();
        foreach (var panel in Panels)
        {
            var at = panel["gridPos"]!;
            var (x, y, w, h) = (at["x"]!.GetValue<int>(), at["y"]!.GetValue<int>(), at["w"]!.GetValue<int>(), at["h"]!.GetValue<int>());
            (x + w).ShouldBeLessThanOrEqualTo(24);
            for (var i = x; i < x + w; i++)
                for (var j = y; j < y + h; j++)
                    taken.Add((i, j)).ShouldBeTrue(panel["title"]!.GetValue<string>());
        }
    }

    [Fact]
    public void What_leads_to_the_runbook_finds_its_section()
    {
        var runbook = OperationsFiles.Read("runbook.md");
        var texts = Panels.Select(panel => panel["description"]?.GetValue<string>() ?? "").Concat(SeqFiles.Select(file => OperationsFiles.Read($"seq/{file.Data}")));

        var sections = texts.SelectMany(text => ToRunbook().Matches(text)).Select(found => found.Groups["section"].Value).ToList();
        sections.Count.ShouldBeGreaterThan(10);
        sections.ShouldAllBe(section => runbook.Contains($"\n### {section}\n") || runbook.Contains($"\n## {section}\n"));
    }

    [Theory]
    [MemberData(nameof(SeqFiles))]
    public void What_Seq_is_asked_for_is_there(string file)
    {
        var entity = JsonNode.Parse(OperationsFiles.Read($"seq/{file}"))!;
        var queries = entity["$entity"]!.GetValue<string>() == "dashboard"
            ? entity["Charts"]!.AsArray().SelectMany(chart => chart!["Queries"]!.AsArray()).Select(query => query!.ToJsonString())
            : [entity.ToJsonString()];

        foreach (var query in queries.Select(Regex.Unescape))
        {
            query.ShouldMatch("@SpanId|@SpanKind|@MessageTemplate|@Level|render\\.");
            foreach (Match path in SeqPath().Matches(query))
                (s_told.Attributes.Contains(path.Value) || path.Value == TelemetryFields.HttpStatus).ShouldBeTrue($"{path.Value} in {query}");
            foreach (Match name in SeqSpan().Matches(query))
                s_told.Spans.ShouldContain(name.Groups["name"].Value);
            foreach (Match word in SeqWord().Matches(query))
                TelemetryTables.Words.ShouldContain(word.Groups["word"].Value, query);
        }
    }

    private static void ShouldBeTold(string expression)
    {
        var metrics = new List<TelemetryMetric>();
        foreach (Match series in Series().Matches(expression))
        {
            s_told.Series.TryGetValue(series.Groups["name"].Value, out var metric).ShouldBeTrue($"{series.Groups["name"].Value} in {expression}");
            metrics.Add(metric!);
            foreach (Match matcher in Matcher().Matches(series.Groups["labels"].Value).Where(matcher => matcher.Groups["label"].Value != "instance"))
            {
                metric!.Labels.ShouldContain(matcher.Groups["label"].Value, expression);
                if (matcher.Groups["label"].Value is "render_status" or "render_cause" or "render_step")
                    matcher.Groups["value"].Value.Split('|').ShouldBeSubsetOf(TelemetryTables.Words, expression);
            }
        }

        (metrics.Count > 0 || expression.Contains("renders:", StringComparison.Ordinal)).ShouldBeTrue(expression);
        foreach (Match by in By().Matches(expression))
            by.Groups["labels"].Value.Split(", ").Where(label => label != "le").ShouldBeSubsetOf(metrics.SelectMany(metric => metric.Labels), expression);
    }

    // One name behind "expr:", or the lines that are folded under it.
    [GeneratedRegex(@"expr: (?:>-\n(?<text>(?: {10}.+\n)+)|(?<text>.+))")]
    private static partial Regex AlertExpression();

    [GeneratedRegex(@"series: '(?<text>[^']+)'")]
    private static partial Regex TestedSeries();

    [GeneratedRegex(@"\b(?<name>renders_\w+)(?:\{(?<labels>[^}]*)\})?")]
    private static partial Regex Series();

    [GeneratedRegex(@"(?<label>\w+)\s*(?:=~|!=|!~|=)\s*""(?<value>[^""]*)""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"by \((?<labels>[^)]+)\)")]
    private static partial Regex By();

    [GeneratedRegex(@"\{\{(?<label>\w+)\}\}")]
    private static partial Regex Shown();

    [GeneratedRegex(@"Runbook: (?<section>\w+)")]
    private static partial Regex ToRunbook();

    [GeneratedRegex(@"\b(?:render|renders|http|error|provider)\.[a-z_.]+")]
    private static partial Regex SeqPath();

    [GeneratedRegex(@"@MessageTemplate (?:=|<>) '(?<name>[^']+)'")]
    private static partial Regex SeqSpan();

    [GeneratedRegex(@"render\.(?:status|cause|result) (?:=|<>) '(?<word>[^']+)'")]
    private static partial Regex SeqWord();
}
