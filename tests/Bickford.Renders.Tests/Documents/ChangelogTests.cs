using System.Text.RegularExpressions;

namespace Bickford.Renders.Tests.Documents;

/// <summary>CHANGELOG.md goes with the version that is built.</summary>
public sealed class ChangelogTests
{
    [Fact]
    public void Its_newest_version_is_the_one_that_is_built()
    {
        var version = Regex.Match(Repository.Read("Directory.Build.props"), "<Version>(?<version>[^<]+)</Version>").Groups["version"].Value;
        var newest = Repository.Page("CHANGELOG.md").Text.Split('\n').First(line => line.StartsWith("## ", StringComparison.Ordinal));

        newest.ShouldStartWith($"## {version}");
    }
}
