using System.Security.Cryptography;
using System.Xml.Linq;
using Bickford.Renders.Shipping.Tests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Shipping.Tests.Packages;

/// <summary>Programs made from the packages, as somebody else makes them.</summary>
[Collection(nameof(PackageFolder))]
public sealed class ConsumerTests(PackageFolder packages) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renders-consumer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_program_made_from_the_packages_renders_a_video()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("docs", "samples", "FromPackages")))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        await WriteSourcesAsync();
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { RenderTime = TimeSpan.FromMilliseconds(100) }, TestContext.Current.CancellationToken);

        string[] arguments =
        [
            "build", "--nologo", "--verbosity", "quiet", "--output", "out", $"-p:RendersVersion={PackageFolder.Version}", "-p:NuGetAudit=false",
#if HANGFIRE
            "-p:UseHangfire=true",
#endif
        ];
        await Command.MustAsync("dotnet", _folder, Environment(), arguments);
        var said = (await Command.MustAsync("dotnet", _folder, [], "out/FromPackages.dll", provider.BaseUrl.ToString())).Split('\n').Single(line => line.StartsWith("Completed ", StringComparison.Ordinal)).Split(' ');

        var video = await File.ReadAllBytesAsync(new Uri(said[1]).LocalPath, TestContext.Current.CancellationToken);
        Convert.ToHexStringLower(SHA256.HashData(video)).ShouldBe(said[2].Trim());
        provider.Videos.CreateCount.ShouldBe(1);
    }

    [Fact]
    public void The_sample_asks_for_this_version() =>
        Repository.Read("docs", "samples", "FromPackages", "FromPackages.csproj").ShouldContain($">{Repository.Version}</RendersVersion>");

    [Fact]
    public async Task The_tool_installs_and_is_the_worker()
    {
        await WriteSourcesAsync();
        await Command.MustAsync("dotnet", _folder, Environment(), "tool", "install", "bickford-renders", "--version", PackageFolder.Version, "--tool-path", "tools");

        var settings = await Command.MustAsync(Path.Combine(_folder, "tools", "renders"), _folder, [], "settings", "--json");

        settings.ShouldContain("Sora:Models:sora-2:Price");
    }

    // Ours come from the folder alone. Others are those that this repository was restored with: no network has a part in it.
    private async Task WriteSourcesAsync()
    {
        var config = new XElement(
            "configuration",
            new XElement("packageSources", new XElement("clear"), Add("ours", packages.Path)),
            new XElement("fallbackPackageFolders", new XElement("clear"), Add("restored", await RestoredAsync())),
            new XElement("config", Add("globalPackagesFolder", Path.Combine(_folder, "packages"))));
        config.Save(Path.Combine(_folder, "nuget.config"));
    }

    private static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));

    private static async Task<string> RestoredAsync() =>
        (await Command.MustAsync("dotnet", Repository.Root, [], "nuget", "locals", "global-packages", "--list", "--force-english-output")).Split(": ", 2)[1].Trim();

    // A build server that stays would keep the folder's files open.
    private static Dictionary<string, string> Environment() => new() { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["UseSharedCompilation"] = "false", ["MSBUILDDISABLENODEREUSE"] = "1" };
}
