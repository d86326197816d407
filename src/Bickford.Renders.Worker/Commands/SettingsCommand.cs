using System.CommandLine;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;
using Spectre.Console;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders settings</c>: what holds, and where it was set.</summary>
internal sealed class SettingsCommand : Verb
{
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Write the reference of all settings there are instead, as Markdown" };

    public SettingsCommand(CliEnvironment environment)
        : base(
            environment,
            "settings",
            "Check the settings and show what holds, secrets masked",
            "renders settings",
            "renders settings --settings production.json",
            "Jobs__ApiWorkers=4 renders settings --json",
            "renders settings --markdown > docs/settings.md")
    {
        Add(_markdown);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (context.Parse.GetValue(_markdown))
        {
            if (context.Terminal.AsJson)
                throw new InputException("--markdown", "is not allowed together with --json; allowed: one of them");
            // The catalogue alone: nothing of this machine.
            await context.Environment.Out.WriteAsync(SettingsReference.Markdown());
            return ExitCode.Ok;
        }

        var settings = context.LoadSettings();
        if (context.Terminal.AsJson)
            context.Terminal.Json(settings.All.Select(setting => new { Key = setting.Name, Value = Shown(setting), setting.Source }));
        else
            WriteTable(context.Terminal, settings.All);
        return ExitCode.Ok;
    }

    private static void WriteTable(Terminal terminal, IReadOnlyList<EffectiveSetting> settings)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn().AddColumn();
        foreach (var setting in settings)
            grid.AddRow($"[aqua]{SafeText.Markup(setting.Name)}[/]", SafeText.Markup(Shown(setting)), $"[grey]{SafeText.Markup(Short(setting.Source))}[/]");
        terminal.Out.Write(grid);
    }

    // The folder is the same on every line, and long.
    private static string Short(string source) =>
        source.StartsWith("environment variable ", StringComparison.Ordinal) || source.StartsWith("flag ", StringComparison.Ordinal) ? source : Path.GetFileName(source);

    private static string Shown(EffectiveSetting setting)
    {
        var value = string.Join(", ", setting.Values);
        return setting.Key.Secret ? SettingSecrets.Hidden(value) : SettingSecrets.WithoutPassword(value);
    }
}
