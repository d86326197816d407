using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Bickford.Renders.Tests.Documents;

/// <summary>src/README.md tells of the rooms, folders and types that there are; and arrows point toward the core.</summary>
public sealed partial class ArchitectureTests
{
    private const string Core = "Bickford.Renders";

    private static readonly Page s_page = Repository.Page("src/README.md");

    /// <summary>Names of .NET and of packages that the pages speak of.</summary>
    private static readonly HashSet<string> s_others = ["TimeProvider", "DateTime.Now", "Guid.NewGuid", "ContinueJobWith", "DisableConcurrentExecution"];

    private static readonly Lazy<ILookup<string, string>> s_types = new(() => Repository.FilesBelow("src", "*.cs").Concat(Repository.FilesBelow("tests", "*.cs"))
        .SelectMany(path => Declaration().Matches(Repository.Read(path)))
        .ToLookup(found => found.Groups["name"].Value, found => found.Groups["rest"].Value));

    private static readonly Lazy<HashSet<string>> s_words = new(() => Repository.FilesBelow("src", "*.cs").SelectMany(path => Word().Matches(Repository.Read(path))).Select(found => found.Value).ToHashSet());

    [Fact]
    public void Every_room_is_there_with_what_it_knows_and_brings()
    {
        var told = s_page.Table("room").ToDictionary(row => row[0].Trim('`'));
        var rooms = Rooms();

        told.Keys.ShouldBe(rooms.Keys, ignoreOrder: true);
        foreach (var (name, (references, packages)) in rooms)
        {
            var knows = references.Count == 0 ? "–" : references.SetEquals([Core]) ? "core" : references.SetEquals(rooms.Keys.Where(room => room != name)) ? "all" : string.Join(", ", references);
            told[name][2].ShouldBe(knows, name);
            var patterns = told[name][3] == "–" ? [] : told[name][3].Split(", ").Select(pattern => pattern.Replace(".*", "", StringComparison.Ordinal)).ToArray();
            packages.Where(package => !patterns.Any(pattern => package.StartsWith(pattern, StringComparison.Ordinal))).ShouldBeEmpty(name);
            patterns.Where(pattern => !packages.Any(package => package.StartsWith(pattern, StringComparison.Ordinal))).ShouldBeEmpty(name);
        }
    }

    [Fact]
    public void An_arrow_points_only_toward_the_core()
    {
        var rooms = Rooms();

        rooms[Core].References.ShouldBeEmpty();
        rooms.Where(room => room.Key is not (Core or $"{Core}.Worker")).ShouldAllBe(room => room.Value.References.IsSubsetOf(new[] { Core }));
    }

    [Theory]
    [InlineData("## The core, folder by folder", "src/Bickford.Renders")]
    [InlineData("## The worker, folder by folder", "src/Bickford.Renders.Worker")]
    public void Every_folder_is_there(string heading, string room)
    {
        var told = s_page.Text.Split(heading)[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        var folders = Repository.FilesBelow(room, "*.cs").Select(path => path[(room.Length + 1)..]).Where(path => path.Contains('/', StringComparison.Ordinal)).Select(path => path.Split('/')[0]).Distinct();

        told.ShouldBe(folders, ignoreOrder: true);
    }

    [Fact]
    public void Whoever_answers_for_a_port_implements_it()
    {
        var ports = s_page.Table("port");

        ports.Count.ShouldBeGreaterThan(8);
        foreach (var port in ports)
        {
            var name = port[0].Trim('`');
            s_types.Value.Contains(name).ShouldBeTrue(name);
            foreach (var type in CodeSpan().Matches(port[2]).Select(found => found.Groups["text"].Value))
                // Behind the constructor, whose parameters may be of that type too.
                s_types.Value[type].Any(rest => Regex.IsMatch(rest[(rest.LastIndexOf(')') + 1)..], $@"\b{name}\b")).ShouldBeTrue($"{type} is no {name}");
        }
    }

    [Theory]
    [InlineData("src/README.md")]
    [InlineData("ops/decisions")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_type_that_is_named_exists(string below) => Problems.None(Repository.Pages
        .Where(page => page.Path.StartsWith(below, StringComparison.Ordinal))
        .SelectMany(page => page.Code)
        .Where(code => TypeName().Match(code.Text) is { Success: true } found && !IsThere(code.Text, found.Groups["type"].Value, found.Groups["member"].Value))
        .Select(code => $"{code.Place}: there is no {code.Text}"));

    private static bool IsThere(string name, string type, string member) =>
        s_others.Contains(name)
        || (s_types.Value.Contains(type) && (member.Length == 0 || s_words.Value.Contains(member)))
        || Directory.Exists(Path.Combine(Repository.Root, "src", Core, type))
        || Directory.Exists(Path.Combine(Repository.Root, "src", $"{Core}.Worker", type));

    private static Dictionary<string, (HashSet<string> References, List<string> Packages)> Rooms() => Repository.FilesBelow("src", "*.csproj").ToDictionary(
        path => Path.GetFileNameWithoutExtension(path),
        path =>
        {
            var project = XDocument.Parse(Repository.Read(path));
            return (
                project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))).ToHashSet(),
                project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value).ToList());
        });

    [GeneratedRegex(@"\b(class|record|interface|enum|struct)\s+(struct\s+|class\s+)?(?<name>[A-Z]\w*)(?<rest>[^{;]*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^(?<type>[A-Z][a-z]\w*[A-Z]\w*|I[A-Z]\w+)(\.(?<member>[A-Z]\w+))?$")]
    private static partial Regex TypeName();
}
