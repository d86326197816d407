using System.Text.RegularExpressions;
using Bickford.Renders.Tests.Documents;

namespace Bickford.Renders.Tests.Worker;

/// <summary>SECURITY.md names the tests that show what it says: they exist.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string s_root = Repository.Root;

    [Fact]
    public void Every_test_class_that_it_names_exists()
    {
        var classes = Directory.EnumerateFiles(Path.Combine(s_root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestClass().Matches(File.ReadAllText(file))).Select(found => found.Groups["name"].Value).ToHashSet();
        var named = Named().Matches(File.ReadAllText(Path.Combine(s_root, "SECURITY.md"))).Select(found => found.Groups["name"].Value).Distinct().ToList();

        named.Count.ShouldBeGreaterThan(20);
        named.Where(name => !classes.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void The_readme_leads_to_it() => File.ReadAllText(Path.Combine(s_root, "README.md")).ShouldContain("(SECURITY.md)");

    [GeneratedRegex(@"\bclass (?<name>\w+Tests)\b")]
    private static partial Regex TestClass();

    [GeneratedRegex(@"`(?<name>\w+Tests)`")]
    private static partial Regex Named();
}
