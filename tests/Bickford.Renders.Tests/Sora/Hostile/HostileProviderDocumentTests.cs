using System.Reflection;
using System.Text.RegularExpressions;
using Bickford.Renders.Tests.Documents;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>docs/hostile-provider.md is true: each test that it names exists, and each setting has the default that it names.</summary>
public sealed partial class HostileProviderDocumentTests
{
    private sealed record Row(string Attack, string Limit, string[] Settings, string[] Causes, string[] Tests);

    [Fact]
    public void Every_attack_has_a_limit_a_cause_and_a_test_that_exists()
    {
        var tests = typeof(HostileProviderDocumentTests).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Where(static method => method.GetCustomAttributes<FactAttribute>().Any())
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}")
            .ToHashSet(StringComparer.Ordinal);
        var rows = Rows();

        rows.Count.ShouldBeGreaterThan(40);
        foreach (var row in rows)
        {
            row.Limit.ShouldNotBeEmpty(row.Attack);
            row.Tests.ShouldNotBeEmpty(row.Attack);
            row.Causes.ShouldNotBeEmpty(row.Attack);
            row.Causes.ShouldAllBe(static cause => cause == "–" || Enum.IsDefined(typeof(RenderCause), cause), row.Attack);
            row.Tests.Except(tests).ShouldBeEmpty(row.Attack);
        }
    }

    [Fact]
    public void Every_test_of_hostile_providers_is_on_the_page()
    {
        var named = Rows().SelectMany(static row => row.Tests).ToHashSet(StringComparer.Ordinal);
        var written = typeof(HostileProviderDocumentTests).Assembly.GetTypes()
            .Where(static type => type.Namespace?.EndsWith(".Hostile", StringComparison.Ordinal) == true && type != typeof(HostileProviderDocumentTests))
            .SelectMany(static type => type.GetMethods().Where(static method => method.GetCustomAttributes<FactAttribute>().Any()).Select(method => $"{type.Name}.{method.Name}"));

        // What shows that a limit leaves honest servers alone, and the limits of settings.
        string[] others =
        [
            "HugeListTests.A_server_without_pages_may_give_all_its_videos_at_once", "HostileTimeTests.Clocks_may_differ_by_hours",
            "TrickleTests.The_last_wait_ends_with_the_time_of_the_try", "TrickleTests.Limits_outside_of_what_is_allowed_are_refused",
        ];
        written.Except(named).Order().ShouldBe(others.Order());
    }

    [Fact]
    public void Every_setting_has_the_default_that_the_page_names()
    {
        foreach (var setting in Rows().SelectMany(static row => row.Settings).Where(static setting => setting != "–"))
        {
            var parts = SettingPattern().Match(setting);
            parts.Success.ShouldBeTrue(setting);
            var (key, _) = SettingCatalogue.Find(parts.Groups["name"].Value.Split(':')) ?? throw new InvalidOperationException($"no setting {setting}");
            key.Default.ShouldBe(parts.Groups["default"].Value, setting);
        }
    }

    private static List<Row> Rows() =>
    [
        .. Repository.Read("docs/hostile-provider.md").Split('\n')
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| Attack |", StringComparison.Ordinal))
            .Select(static line => line.Trim('|', ' ').Split(" | "))
            .Select(static cells => new Row(cells[0], cells[1], cells[2].Split(", "), cells[3].Split(", "), [.. TestPattern().Matches(cells[4]).Select(static m => m.Groups[1].Value)])),
    ];

    [GeneratedRegex("^`(?<name>[A-Za-z:]+)` \\((?<default>[^)]+)\\)$", RegexOptions.CultureInvariant)]
    private static partial Regex SettingPattern();

    [GeneratedRegex("`([A-Za-z]+\\.[A-Za-z0-9_]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex TestPattern();
}
