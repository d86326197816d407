using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Documents;

/// <summary>docs/settings.md is what the program writes of its settings.</summary>
public sealed class SettingsReferenceTests
{
    private readonly Worker.CliWorld _world = new();

    [Fact]
    public void The_page_is_current()
    {
        var (page, now) = (Repository.Read("docs/settings.md").ReplaceLineEndings("\n").Split('\n'), SettingsReference.Markdown().Split('\n'));

        page.ShouldBe(now, "run: dotnet run --project src/Bickford.Renders.Worker -- settings --markdown > docs/settings.md");
    }

    [Fact]
    public async Task A_verb_writes_it_and_needs_no_settings_for_that()
    {
        var result = await _world.RunAsync("settings", "--markdown", "--settings", "no-such-file.json");

        (result.ExitCode, result.Out, result.Error).ShouldBe((0, SettingsReference.Markdown(), ""));
        (await _world.RunAsync("settings", "--markdown", "--json")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public void Every_setting_is_on_it_once_with_its_default_and_every_section_is_introduced()
    {
        var rows = Repository.Page("docs/settings.md").Text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        var keys = SettingCatalogue.Keys.Where(key => key.Help.Length > 0).ToList();

        rows.Select(row => row.Split('`')[1]).ShouldBe(keys.Select(key => key.Name.Replace("*", "NAME", StringComparison.Ordinal)));
        rows.ShouldAllBe(row => row.Replace("\\|", "", StringComparison.Ordinal).Split(" | ", StringSplitOptions.None).Length == 4);
        keys.Where(key => key.Default is not null).ShouldAllBe(key => rows.Single(row => row.StartsWith($"| `{key.Name}` ", StringComparison.Ordinal)).Contains($"| `{key.Default}`", StringComparison.Ordinal));
        SettingsReference.Markdown().Split("\n## ").Skip(1).Where(section => section.Split('\n')[2].StartsWith('|')).ShouldBeEmpty();
    }
}
