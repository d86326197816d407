using System.IO.Compression;
using System.Xml.Linq;
using Bickford.Renders.Shipping.Tests.Support;

namespace Bickford.Renders.Shipping.Tests.Packages;

/// <summary>Tests of the packages share one folder of them.</summary>
[CollectionDefinition(nameof(PackageFolder))]
public sealed class SharesPackages : ICollectionFixture<PackageFolder>;

/// <summary>All packages, packed once from what was built for these tests.</summary>
public sealed class PackageFolder : IAsyncLifetime
{
    /// <summary>No version that anybody publishes: what is restored from here can be no other package.</summary>
    public static readonly string Version = $"{Repository.Version}-shipping";

    public string Path { get; } = Directory.CreateTempSubdirectory("renders-packages-").FullName;

    public async ValueTask InitializeAsync()
    {
        string[] arguments =
        [
            "pack", "worker.sln", "--configuration", Repository.Configuration, "--no-build", "--nologo", "--verbosity", "quiet", "--output", Path,
            // Packing the tool takes the longer the more systems it is for.
            $"-p:Version={Version}", "-p:PublishedRuntimes=linux-x64%3Blinux-arm64",
#if HANGFIRE
            "-p:UseHangfire=true",
#endif
        ];
        (await Command.MustAsync("dotnet", Repository.Root, [], arguments)).ShouldNotContain("warning");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The names of what was packed.</summary>
    public IReadOnlyList<string> Names => [.. Directory.EnumerateFiles(Path, "*.nupkg").Select(file => System.IO.Path.GetFileName(file).Replace($".{Version}.nupkg", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public ZipArchive Open(string name, string kind = "nupkg") => ZipFile.OpenRead(System.IO.Path.Combine(Path, $"{name}.{Version}.{kind}"));

    /// <summary>What a package says of itself; elements without their namespace.</summary>
    public XElement MetadataOf(string name)
    {
        using var package = Open(name);
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        var root = XDocument.Load(nuspec).Root!;
        foreach (var element in root.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return root.Element("metadata")!;
    }
}
