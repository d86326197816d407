using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Bickford.Renders.Shipping.Tests.Support;

namespace Bickford.Renders.Shipping.Tests.Packages;

/// <summary>What is in the packages, and what they say of themselves.</summary>
[Collection(nameof(PackageFolder))]
public sealed class PackageTests(PackageFolder packages)
{
    private const string Tool = "bickford-renders";

    // What Portable PDBs call a source file that is in them.
    private static readonly Guid s_embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    private static readonly string[] s_libraries =
    [
        "Bickford.Renders", "Bickford.Renders.Data", "Bickford.Renders.Quartz", "Bickford.Renders.S3", "Bickford.Renders.Skia", "Bickford.Renders.Sora", "Bickford.Renders.Webhooks",
#if HANGFIRE
        "Bickford.Renders.Hangfire",
#endif
    ];

    public static TheoryData<string> Libraries => [.. s_libraries];

    [Fact]
    public void The_libraries_and_the_tool_are_packed_and_nothing_else() =>
        packages.Names.ShouldBe([.. s_libraries, Tool], ignoreOrder: true);

    [Fact]
    public void The_page_about_packages_names_each_and_links_to_its_own()
    {
        var page = Repository.Read("docs", "packages.md");

        foreach (var name in packages.Names)
            page.ShouldContain($"| [{name}](../src/{(name == Tool ? "Bickford.Renders.Worker" : name)}/README.md) |");
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_is_its_assembly_its_documentation_and_its_readme(string name)
    {
        using var package = packages.Open(name);

        FilesOf(package).ShouldBe([$"{name}.nuspec", "README.md", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"], ignoreOrder: true);
        using var documentation = package.GetEntry($"lib/net10.0/{name}.xml")!.Open();
        XDocument.Load(documentation).Descendants("member").Count().ShouldBeGreaterThan(1);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_says_what_it_is_whose_and_on_what_terms(string name)
    {
        var metadata = packages.MetadataOf(name);

        metadata.Element("version")!.Value.ShouldBe(PackageFolder.Version);
        metadata.Element("license")!.Value.ShouldBe("MIT");
        metadata.Element("readme")!.Value.ShouldBe("README.md");
        metadata.Element("description")!.Value.ShouldEndWith(".");
        metadata.Element("authors")!.Value.ShouldBe("Bickford Renders contributors");
        metadata.Element("tags")!.Value.ShouldContain("video");
        // Where the sources are is for the repository it is built from to say; no address is made up.
        metadata.Element("projectUrl").ShouldBeNull();
        using var package = packages.Open(name);
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
        readme.ReadToEnd().ShouldStartWith($"# {name}\n");
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void It_asks_for_exactly_its_own_version_of_ours_and_for_the_tested_versions_of_others(string name)
    {
        var tested = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(one => (string)one.Attribute("Include")!, one => (string)one.Attribute("Version")!);
        var dependencies = packages.MetadataOf(name).Descendants("dependency").ToDictionary(one => (string)one.Attribute("id")!, one => (string)one.Attribute("version")!);

        dependencies.ShouldNotBeEmpty();
        foreach (var (id, version) in dependencies)
            version.ShouldBe(id.StartsWith("Bickford.Renders", StringComparison.Ordinal) ? $"[{PackageFolder.Version}]" : tested[id], id);
        if (name != "Bickford.Renders")
            dependencies.Keys.Where(id => id.StartsWith("Bickford.Renders", StringComparison.Ordinal)).ShouldBe(["Bickford.Renders"]);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Its_symbols_belong_to_its_assembly_and_carry_every_source(string name)
    {
        using var assembly = new PEReader(Bytes(packages, name, "nupkg", $"lib/net10.0/{name}.dll"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(Bytes(packages, name, "snupkg", $"lib/net10.0/{name}.pdb"));
        var symbols = provider.GetMetadataReader();
        var entries = assembly.ReadDebugDirectory();

#if !DEBUG
        // As it is shipped it tells nothing of the machine and the folder it was built in: the same sources give the same assembly.
        symbols.Documents.Select(document => symbols.GetString(symbols.GetDocument(document).Name)).ShouldAllBe(path => path.StartsWith("/_/"));
#endif
        entries.ShouldContain(entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        var link = assembly.ReadCodeViewDebugDirectoryData(entries.First(entry => entry.Type == DebugDirectoryEntryType.CodeView));
        new BlobContentId(symbols.DebugMetadataHeader!.Id).Guid.ShouldBe(link.Guid);
        var sources = symbols.CustomDebugInformation.Select(symbols.GetCustomDebugInformation)
            .Where(one => symbols.GetGuid(one.Kind) == s_embeddedSource).Select(one => (DocumentHandle)one.Parent).ToHashSet();
        symbols.Documents.Where(document => !sources.Contains(document)).Select(document => symbols.GetString(symbols.GetDocument(document).Name)).ShouldBeEmpty();
    }

    [Fact]
    public void The_tool_carries_its_settings_and_pages_and_native_files_for_no_system_but_the_chosen()
    {
        using var tool = packages.Open(Tool);
        var files = FilesOf(tool);

        files.ShouldContain("tools/net10.0/any/appsettings.json");
        files.ShouldContain("tools/net10.0/any/wwwroot/_framework/blazor.web.js");
        files.ShouldContain("tools/net10.0/any/wwwroot/renders.css");
        var natives = files.Where(file => file.Contains("/native/", StringComparison.Ordinal)).Select(file => file.Split('/')[4]).Distinct();
        natives.ShouldBe(["linux-arm64", "linux-x64"], ignoreOrder: true);
        files.Where(file => !file.StartsWith("tools/", StringComparison.Ordinal)).ShouldBe([$"{Tool}.nuspec", "README.md"], ignoreOrder: true);
    }

    private static IReadOnlyList<string> FilesOf(ZipArchive package) =>
    [
        .. package.Entries.Select(entry => entry.FullName)
            .Where(file => !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal) && file != "[Content_Types].xml"),
    ];

    // A zip's stream cannot go back; readers of assemblies must.
    private static MemoryStream Bytes(PackageFolder packages, string name, string kind, string file)
    {
        using var package = packages.Open(name, kind);
        using var entry = package.GetEntry(file)!.Open();
        var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        bytes.Position = 0;
        return bytes;
    }
}
