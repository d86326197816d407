using System.Text.RegularExpressions;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Documents;

/// <summary>Settings, folders and files that the pages speak of.</summary>
public sealed partial class SettingMentionTests
{
    [Fact]
    public void Every_setting_in_a_sentence_exists_and_may_be_what_is_said()
    {
        var mentions = Repository.Pages
            .SelectMany(page => page.Code)
            .Where(code => Name().Match(code.Text) is { Success: true } found && SettingCatalogue.Sections.Contains(found.Groups["section"].Value))
            .ToList();

        mentions.Count.ShouldBeGreaterThan(100);
        Problems.None(mentions.Select(code => (code.Place, Problem: Problem(code.Text))).Where(found => found.Problem is not null).Select(found => $"{found.Place}: {found.Problem}"));
    }

    [Fact]
    public void Every_file_and_folder_in_a_sentence_exists() => Problems.None(Repository.Pages
        .SelectMany(page => page.Code)
        .Where(code => FilePath().IsMatch(code.Text) && !Repository.Has(code.Text))
        .Select(code => $"{code.Place}: there is no {code.Text}"));

    [Theory]
    [InlineData("Sora:BaseUrl", null)]
    [InlineData("Budget:*", null)]
    [InlineData("Hooks:billing:Url", null)]
    [InlineData("Sora:Models:<name>", null)]
    [InlineData("Dashboard:Proxy", null)]
    [InlineData("Jobs:Engine=Hangfire", null)]
    [InlineData("Jobs__ApiWorkers", null)]
    [InlineData("Jobs:Engine=Cron", "Jobs:Engine may not be 'Cron': Quartz, Hangfire")]
    [InlineData("Jobs:ApiWorker", "there is no setting Jobs:ApiWorker")]
    [InlineData("Sora__BaseUlr", "there is no setting Sora:BaseUlr")]
    public void What_is_no_setting_is_found(string text, string? problem)
    {
        Name().IsMatch(text).ShouldBeTrue();
        Problem(text).ShouldBe(problem);
    }

    private static string? Problem(string text)
    {
        var (name, value) = text.Split('=', 2) is [var before, var after] ? (before, after) : (text, null);
        var path = name.Split(name.Contains("__", StringComparison.Ordinal) ? "__" : ":");
        if (value is not null)
            return ShellCheck.Setting(path, value);
        return SettingCatalogue.Keys.Any(key => Begins(key.Path, path)) ? null : $"there is no setting {string.Join(':', path)}";
    }

    // A section, or all of one, is spoken of by its beginning.
    private static bool Begins(string[] key, string[] said) =>
        said.Length <= key.Length && said.Select((word, i) => word is "*" || key[i] == "*" || word == key[i]).All(fits => fits);

    [GeneratedRegex(@"^(?<section>[A-Z][A-Za-z]+)(:|__)[A-Za-z0-9<>*_.:-]+(=.*)?$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(docs|ops|src|tests)/[\w./-]+$")]
    private static partial Regex FilePath();
}
