namespace Bickford.Renders.Tests.Documents;

/// <summary>The files of this repository, wherever the tests run.</summary>
internal static class Repository
{
    // Not by the caller's file path: a build for continuous integration maps it away.
    public static string Root { get; } = FindRoot();

    /// <summary>Every page, by its path from the root, with what is written in it.</summary>
    public static IReadOnlyList<Page> Pages { get; } =
        [.. FilesBelow("", "*.md").Order(StringComparer.Ordinal).Select(path => new Page(path, Read(path)))];

    public static Page Page(string path) => Pages.SingleOrDefault(page => page.Path == path) ?? throw new InvalidOperationException($"there is no {path}");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Has(string path) => File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    /// <summary>Paths from the root; without what was built or fetched, and without hidden folders.</summary>
    public static IEnumerable<string> FilesBelow(string folder, string pattern)
    {
        var full = Path.Combine(Root, folder);
        var here = Directory.EnumerateFiles(full, pattern);
        var below = Directory.EnumerateDirectories(full)
            .Where(inner => Path.GetFileName(inner) is var name && name is not ("bin" or "obj" or "node_modules") && !name.StartsWith('.'))
            .SelectMany(inner => FilesBelow(inner, pattern).Select(path => Path.Combine(Root, path)));
        return here.Concat(below).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "worker.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside of the repository");
        return folder;
    }
}
