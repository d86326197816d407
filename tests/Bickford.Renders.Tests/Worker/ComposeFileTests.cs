using System.Text.RegularExpressions;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Worker;

/// <summary>What docker-compose.yml sets must be what this program knows.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly string s_root = Root();
    private static readonly string s_compose = File.ReadAllText(Path.Combine(s_root, "docker-compose.yml"));

    [Fact]
    public void Its_settings_and_made_up_secrets_load_together()
    {
        var secrets = Directory.CreateTempSubdirectory("renders-secrets-");
        try
        {
            foreach (Match secret in MadeUpSecret().Matches(s_compose))
                File.WriteAllText(Path.Combine(secrets.FullName, secret.Groups["name"].Value), secret.Groups["name"].Value == "Database__ConnectionString" ? "Host=postgres;Database=renders;Username=renders;Password=p" : "made-up-secret-value-of-32-chars");
            // The engine is a matter of the build, and has tests of its own.
            var variables = Setting().Matches(s_compose)
                .Where(setting => setting.Groups["name"].Value != "Jobs__Engine")
                .ToDictionary(setting => setting.Groups["name"].Value, setting => Default(setting.Groups["value"].Value));
            variables["RENDERS_SECRETS"] = secrets.FullName;

            var settings = SettingsLoader.Load(Path.Combine(s_root, "appsettings.json"), [], variables);

            settings.PostgreSql.ShouldNotBeNull();
            settings.S3.ShouldNotBeNull();
            settings.Sora.BaseUrl.ShouldNotBeNull();
        }
        finally
        {
            secrets.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_image_is_pinned_to_a_version()
    {
        var images = Image().Matches(s_compose).Select(image => image.Groups["tag"].Value).ToList();

        images.ShouldNotBeEmpty();
        images.ShouldAllBe(tag => tag.Any(char.IsDigit) && tag != "latest");
    }

    [Fact]
    public void No_password_stands_in_it()
    {
        PlainPassword().Matches(s_compose).ShouldBeEmpty();
        s_compose.ShouldContain("Password=$$(cat /secrets/postgres-password)");
    }

    [Fact]
    public void Every_project_the_image_is_built_from_is_restored_there()
    {
        var dockerfile = File.ReadAllText(Path.Combine(s_root, "ops", "Dockerfile"));

        foreach (var project in Directory.EnumerateDirectories(Path.Combine(s_root, "src")).Select(Path.GetFileName))
            dockerfile.ShouldContain($"COPY src/{project}/*.csproj src/{project}/packages.hangfire.lock.json src/{project}/");
    }

    private static string Default(string value) => Variable().Replace(value.Trim('"'), "${default}");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "worker.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^    (?<name>[A-Z]\w+__\w+): (?<value>.+)$", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"^        make (?<name>\S+__\S+) ", RegexOptions.Multiline)]
    private static partial Regex MadeUpSecret();

    [GeneratedRegex(@"^\s+image: [^:\s]+:(?<tag>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Image();

    [GeneratedRegex(@"\$\{\w+:-(?<default>[^}]*)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(PASSWORD|SECRET|KEY)\w*: (?!\$\{|/run/)[^\s{]\S*", RegexOptions.IgnoreCase)]
    private static partial Regex PlainPassword();
}
