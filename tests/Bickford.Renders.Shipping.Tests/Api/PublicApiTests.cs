using System.Reflection;
using Bickford.Renders.Shipping.Tests.Support;
using PublicApiGenerator;

namespace Bickford.Renders.Shipping.Tests.Api;

/// <summary>What callers can see of each package is written down, so that no change of it goes unnoticed.</summary>
public sealed class PublicApiTests
{
    /// <summary>With this variable the files are written anew; the difference belongs into the review of the change.</summary>
    private const string Accept = "RENDERS_ACCEPT_API";

    private static readonly Assembly[] s_packages =
    [
        typeof(IRenders).Assembly,
        typeof(Data.RenderDatabase).Assembly,
        typeof(Quartz.QuartzEngineOptions).Assembly,
        typeof(S3.S3VideoStore).Assembly,
        typeof(Skia.SkiaRegistration).Assembly,
        typeof(Sora.VideosApiOptions).Assembly,
        typeof(Webhooks.Hook).Assembly,
#if HANGFIRE
        typeof(Hangfire.HangfireEngineOptions).Assembly,
#endif
    ];

    public static TheoryData<string> Names => [.. s_packages.Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_package_shows_is_what_is_written_down(string name)
    {
        var assembly = s_packages.Single(one => one.GetName().Name == name);
        var api = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = FileOf(name);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(file, api);

        File.Exists(file).ShouldBeTrue($"{file} is missing; run this test with {Accept}=1 and commit it.");
        var written = File.ReadAllText(file);
        (api == written).ShouldBeTrue($"The public API of {name} changed. If that is meant, run this test with {Accept}=1, commit {file}, and say it in the change log.\n{Difference(written, api)}");
    }

    [Fact]
    public void Every_library_is_among_them()
    {
        var libraries = Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("<IsPackable", StringComparison.Ordinal) && !File.ReadAllText(project).Contains("<PackAsTool>", StringComparison.Ordinal))
            .Select(project => Path.GetFileNameWithoutExtension(project)!);

        libraries.ShouldBe(Directory.EnumerateFiles(Path.GetDirectoryName(FileOf("any"))!, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)!), ignoreOrder: true);
    }

    private static string Difference(string written, string now)
    {
        var (before, after) = (Members(written), Members(now));
        return string.Join('\n', before.Except(after).Select(member => $"- {member}").Concat(after.Except(before).Select(member => $"+ {member}")));
    }

    // Each with the type that it belongs to: many have members of the same name.
    private static List<string> Members(string api)
    {
        var (members, type) = (new List<string>(), "");
        foreach (var line in api.Split('\n').Where(line => line.Trim().Length > 1 && !line.StartsWith("namespace ", StringComparison.Ordinal)))
        {
            if (line.StartsWith("    public ", StringComparison.Ordinal))
                members.Add(type = line.Trim().Split(" : ")[0]);
            else
                members.Add($"{type}: {line.Trim()}");
        }

        return members;
    }

    private static string FileOf(string name) => Repository.PathOf("tests", "Bickford.Renders.Shipping.Tests", "Api", $"{name}.txt");
}
