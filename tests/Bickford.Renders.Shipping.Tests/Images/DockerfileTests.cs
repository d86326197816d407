using System.Text.Json;
using System.Text.RegularExpressions;
using Bickford.Renders.Shipping.Tests.Support;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Shipping.Tests.Images;

/// <summary>The container images. No engine builds them here: what can be known from the file is checked.</summary>
public sealed partial class DockerfileTests
{
    private static readonly Dockerfile s_dockerfile = Dockerfile.Read();
    private static readonly string[] s_shipped = ["worker", "simulator"];

    [Fact]
    public void It_has_a_stage_that_builds_and_one_for_each_image_and_the_worker_is_the_default()
    {
        s_dockerfile.Stages.Select(stage => stage.Name).ShouldBe(["build", "simulator", "worker"]);
        foreach (var image in s_shipped)
            s_dockerfile[image].Instructions.Where(one => one.Word is "COPY" or "ADD" && !one.Rest.StartsWith("--from=build", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_base_is_one_version_and_images_have_neither_shell_nor_packages()
    {
        foreach (var stage in s_dockerfile.Stages)
            stage.From.ShouldMatch(@"^mcr\.microsoft\.com/dotnet/\w+:\d+\.\d+\.\d+-noble(-chiseled)?$");
        foreach (var image in s_shipped)
        {
            s_dockerfile[image].From.ShouldEndWith("-chiseled");
            s_dockerfile[image].Instructions.ShouldNotContain(one => one.Word == "RUN");
        }
    }

    [Fact]
    public void The_sdk_is_one_that_global_json_takes_and_the_runtime_is_of_its_line()
    {
        using var global = JsonDocument.Parse(Repository.Read("global.json"));
        var wanted = Version.Parse(global.RootElement.GetProperty("sdk").GetProperty("version").GetString()!);
        var sdk = Version.Parse(s_dockerfile.Arguments["SDK"]);
        var runtime = Version.Parse(s_dockerfile.Arguments["RUNTIME"]);

        // rollForward is latestMinor.
        sdk.ShouldBeGreaterThanOrEqualTo(wanted);
        sdk.Major.ShouldBe(wanted.Major);
        (runtime.Major, runtime.Minor).ShouldBe((sdk.Major, sdk.Minor));
    }

    [Fact]
    public void Images_run_as_a_user_that_is_not_root_by_exec_and_say_how_they_are()
    {
        foreach (var image in s_shipped.Select(name => s_dockerfile[name]))
        {
            image.Last("USER").ShouldBe("$APP_UID");
            image.Last("ENTRYPOINT").ShouldNotBeNull().ShouldStartWith("[\"/app/");
            image.Last("CMD").ShouldNotBeNull().ShouldStartWith("[");
            image.Last("HEALTHCHECK").ShouldNotBeNull().ShouldContain("CMD [\"/app/");
        }
    }

    [Fact]
    public void Every_project_of_the_worker_is_restored_from_its_lock_file_before_sources_come()
    {
        var copies = s_dockerfile["build"].Instructions.TakeWhile(one => !one.Rest.StartsWith("dotnet restore", StringComparison.Ordinal)).Where(one => one.Word == "COPY").Select(one => one.Rest).ToList();
        foreach (var project in Directory.EnumerateDirectories(Repository.PathOf("src")).Select(Path.GetFileName))
        {
            copies.ShouldContain($"src/{project}/*.csproj src/{project}/packages.hangfire.lock.json src/{project}/");
            File.Exists(Repository.PathOf("src", project!, "packages.hangfire.lock.json")).ShouldBeTrue();
        }

        // Only what the lock files pin; and the same sources give the same assemblies.
        s_dockerfile.EnvironmentOf("build")["CI"].ShouldBe("true");
    }

    [Fact]
    public void Whatever_is_copied_exists_and_is_not_kept_out_of_the_build()
    {
        var kept = Repository.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var sources = s_dockerfile["build"].Instructions.Where(one => one.Word == "COPY").SelectMany(one => one.Rest.Split(' ').SkipLast(1)).ToList();

        sources.ShouldContain("src");
        foreach (var source in sources)
        {
            Directory.EnumerateFileSystemEntries(Repository.Root, source).ShouldNotBeEmpty(source);
            kept.ShouldContain(line => source == line || source.StartsWith($"{line}/", StringComparison.Ordinal) || Regex.IsMatch(source, $"^{Regex.Escape(line).Replace(@"\*", ".*")}$"), source);
        }
    }

    [Fact]
    public void Nothing_that_was_built_or_rendered_here_gets_into_the_build()
    {
        var lines = Repository.Read(".dockerignore").Split('\n');

        // Everything is kept out but what is named, and of that what a build leaves.
        lines[0].ShouldBe("**");
        lines.ShouldContain("**/bin");
        lines.ShouldContain("**/obj");
    }

    // Settings of the image would go before those of the secrets' folder: a connection string from there would never be used.
    [Fact]
    public void The_image_makes_no_setting_so_that_secrets_are_heard() =>
        s_dockerfile.EnvironmentOf("worker").Keys.Where(name => SettingCatalogue.Sections.Contains(name.Split("__")[0])).ShouldBeEmpty();

    [Fact]
    public void A_container_without_settings_keeps_rows_and_videos_on_its_volume()
    {
        var settings = WorkerSettingsOf.Load(s_dockerfile.EnvironmentOf("worker"), new Dictionary<string, string>());
        var data = s_dockerfile["worker"].Last("VOLUME")!;

        s_dockerfile["worker"].Last("WORKDIR").ShouldBe(data);
        foreach (var path in (string?[])[settings.DatabasePath, settings.StorageRoot, settings.StagingRoot])
            path.ShouldNotBeNull().ShouldStartWith(Path.Combine(Environment.CurrentDirectory, "renders-data"));
        s_dockerfile["worker"].Instructions.ShouldContain(one => one.Rest == $"--from=build --chown=$APP_UID:$APP_UID /out/data {data}");
    }

    [Fact]
    public void Native_files_are_for_the_system_of_the_image_alone() =>
        PublishedRuntime().IsMatch(s_dockerfile["build"].Instructions.Single(one => one.Rest.StartsWith("dotnet publish src/Bickford.Renders.Worker", StringComparison.Ordinal)).Rest).ShouldBeTrue();

    [GeneratedRegex(@"-p:PublishedRuntimes=linux-\$\(echo \$\{TARGETARCH:-amd64\} \| sed s/amd64/x64/\) ")]
    private static partial Regex PublishedRuntime();
}
