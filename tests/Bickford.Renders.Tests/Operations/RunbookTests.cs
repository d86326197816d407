using System.Text.RegularExpressions;

namespace Bickford.Renders.Tests.Operations;

/// <summary>The runbook knows every alert and every cause, and nothing that is not there.</summary>
public sealed partial class RunbookTests
{
    private static readonly string s_runbook = OperationsFiles.Read("runbook.md");
    private static readonly string s_alerts = OperationsFiles.Read("alerts.yml");

    [Fact]
    public void Every_alert_has_its_section_and_every_section_its_alert()
    {
        var alerts = AlertName().Matches(s_alerts).Select(found => found.Groups["name"].Value).ToList();

        alerts.Count.ShouldBeGreaterThan(6);
        SectionsOf("Alerts").ShouldBe(alerts);
        foreach (var alert in alerts)
            s_runbook.Split($"### {alert}\n")[1].Split("\n### ")[0].ShouldSatisfyAllConditions(
                section => section.ShouldContain("**Means**:"), section => section.ShouldContain("**Look**:"), section => section.ShouldContain("**Do**:"));
    }

    [Fact]
    public void Every_alert_leads_to_its_section_and_has_a_severity()
    {
        var rules = s_alerts.Split("- alert: ")[1..];

        rules.ShouldAllBe(rule => rule.Contains($"runbook: ops/runbook.md#{rule.Split('\n')[0].ToLowerInvariant()}\n") && (rule.Contains("{severity: page}") || rule.Contains("{severity: ticket}")));
    }

    [Fact]
    public void Every_alert_is_shown_to_fire_and_not_to_fire()
    {
        var tests = OperationsFiles.Read("alerts.tests.yml");

        foreach (var alert in AlertName().Matches(s_alerts).Select(found => found.Groups["name"].Value))
        {
            tests.ShouldMatch($@"alertname: {alert}, exp_alerts: \[\]");
            tests.ShouldMatch($@"alertname: {alert}\n +exp_alerts: \[\{{exp_labels");
        }
    }

    [Fact]
    public void Every_cause_has_its_section_in_the_order_of_the_alphabet() =>
        SectionsOf("Causes").ShouldBe(Enum.GetNames<RenderCause>().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_place_that_it_leads_to_is_there()
    {
        var anchors = Heading().Matches(s_runbook).Select(found => found.Groups["text"].Value.ToLowerInvariant().Replace(' ', '-')).ToHashSet();
        var links = Link().Matches(s_runbook).Select(found => found.Groups["to"].Value).ToList();

        links.Where(link => link.StartsWith('#')).Select(link => link[1..]).Where(anchor => !anchors.Contains(anchor)).ShouldBeEmpty();
        links.Where(link => !link.StartsWith('#')).Where(link => !File.Exists(Path.Combine(OperationsFiles.Folder, link.Split('#')[0]))).ShouldBeEmpty();
    }

    private static List<string> SectionsOf(string chapter) =>
        [.. Section().Matches(s_runbook.Split($"\n## {chapter}\n")[1].Split("\n## ")[0]).Select(found => found.Groups["name"].Value)];

    [GeneratedRegex(@"^### (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^#{2,3} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ +- alert: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex AlertName();
}
