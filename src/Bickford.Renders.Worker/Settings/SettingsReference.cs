using System.Text;

namespace Bickford.Renders.Worker.Settings;

/// <summary>The page that lists every setting: made from the catalogue, so that it says what the program does.</summary>
internal static class SettingsReference
{
    private static readonly Dictionary<string, string> s_about = new(StringComparer.Ordinal)
    {
        ["Database"] = "SQLite is for one machine, PostgreSQL for any number of processes.",
        ["Jobs"] = "The job engine, its workers, and the times of steps. When the provider is looked at: [polling.md](polling.md). With Hangfire: [hangfire.md](hangfire.md).",
        ["Sora"] = "The provider: any server of the Videos protocol, and what it offers at which price. Limits and pauses: [pacing.md](pacing.md).",
        ["Intents"] = "What a request gets that says `Draft` or `Final` and names no model: [decisions.md](decisions.md).",
        ["Budget"] = "What creates may cost: [budgets.md](budgets.md).",
        ["Storage"] = "Where videos are kept: a folder, or a bucket of an S3-compatible server.",
        ["Staging"] = "Where downloads lie until they are stored.",
        ["Retention"] = "What is deleted, and when: [cleanup.md](cleanup.md).",
        ["Ledger"] = "How often the [ledger](ledger.md) is sealed.",
        ["Hooks"] = "Ledger events as signed HTTP requests: [feed.md](feed.md).",
        ["Dashboard"] = "Where `serve` listens, and who may come in: [doors.md](doors.md).",
        ["Telemetry"] = "Traces, metrics and logs over OTLP: [telemetry.md](telemetry.md).",
        ["Logging"] = "What is told on the console.",
    };

    /// <summary>The page, in Markdown.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder($"""
            <!-- Written by `renders settings --markdown`: change SettingCatalogue, not this page. -->
            # Settings

            Every setting there is. `renders settings` shows what holds on this machine, and where each value comes from.

            A setting comes from, the later before the earlier: its default; the settings file; a folder of secrets; the environment; `--set`.

            - **The file** is the [appsettings.json](../appsettings.json) beside the program, or what `--settings FILE` or the environment variable `{SettingsLoader.FileVariable}` names: JSON, with comments.
            - **A folder of secrets** is named by `{SettingsLoader.SecretsVariable}`: a file for each, called `Sora__ApiKey`, as Docker and Kubernetes mount them.
            - **Environment**: `Sora__BaseUrl` is `Sora:BaseUrl`. An empty variable counts as not set. `OPENAI_API_KEY` is the provider's key where `Sora:ApiKey` is empty.
            - **A flag**: `--set Sora:BaseUrl=http://127.0.0.1:8100/v1`, as often as needed. Not for secrets: whoever lists processes reads them.

            A list is a JSON array, or one text with commas between. `NAME` is a name that you choose. Times are `500ms`, `30s`, `5m`, `2h`, `7d` or `00:00:30`. An unknown key, a duplicate, a wrong type or a value out of range stops the program with one line
            that says where to fix it. Values of secret settings are shown nowhere.

            """.ReplaceLineEndings("\n"));
        foreach (var section in SettingCatalogue.Keys.Where(key => key.Help.Length > 0).GroupBy(key => key.Path[0]))
            Write(page, section.Key, section);
        return page.ToString();
    }

    private static void Write(StringBuilder page, string name, IEnumerable<SettingKey> keys)
    {
        page.Append('\n').Append("## ").Append(name).Append("\n\n");
        if (s_about.TryGetValue(name, out var about))
            page.Append(about).Append("\n\n");
        page.Append("| setting | allowed | default | what it does |\n|---|---|---|---|\n");
        foreach (var key in keys)
            page.Append("| `").Append(key.Name.Replace("*", "NAME", StringComparison.Ordinal)).Append("` | ").Append(Allowed(key)).Append(" | ").Append(Default(key)).Append(" | ").Append(Cell(key.Help)).Append(" |\n");
    }

    private static string Allowed(SettingKey key) => Cell(key.Rule.Allowed) + (key.Rule.IsList ? "; a list" : "") + (key.Secret ? "; **secret**" : "");

    private static string Default(SettingKey key) => (key.Default, key.DefaultWithHangfire) switch
    {
        (null, _) => "–",
        ({ } value, null) => $"`{value}`",
        ({ } value, { } hangfire) => $"`{value}`; with Hangfire `{hangfire}`",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
