namespace Bickford.Renders.Tests.Documents;

/// <summary>Links between pages, files and headings.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Every_link_within_the_repository_leads_somewhere() => Problems.None(Repository.Pages.SelectMany(Broken));

    [Fact]
    public void Every_link_to_elsewhere_is_https() => Problems.None(Repository.Pages
        .SelectMany(page => page.Links)
        .Where(link => link.Text.Contains("://", StringComparison.Ordinal) && !link.Text.StartsWith("https://", StringComparison.Ordinal))
        .Select(link => $"{link.Place}: {link.Text}"));

    [Fact]
    public void A_reader_who_begins_at_the_readme_finds_every_page()
    {
        var (found, next) = (new HashSet<string> { "README.md" }, new Queue<string>(["README.md"]));
        while (next.TryDequeue(out var path))
        {
            foreach (var target in Targets(Repository.Page(path)).Select(target => target.Path).Where(target => target.EndsWith(".md", StringComparison.Ordinal) && Repository.Has(target) && found.Add(target)))
                next.Enqueue(target);
        }

        Problems.None(Repository.Pages.Select(page => page.Path).Except(found).Where(path => !IsOfPackage(path)));
    }

    // Read where the package is found, not here.
    private static bool IsOfPackage(string path) => path.EndsWith("/README.md", StringComparison.Ordinal) && Directory.EnumerateFiles(Path.Combine(Repository.Root, Path.GetDirectoryName(path)!), "*.csproj").Any();

    private static IEnumerable<string> Broken(Page page)
    {
        foreach (var (link, path, anchor) in Targets(page))
        {
            if (!Repository.Has(path))
                yield return $"{link.Place}: there is no {path}";
            else if (anchor is not null && !(path.EndsWith(".md", StringComparison.Ordinal) && Repository.Page(path).Anchors.Contains(anchor)))
                yield return $"{link.Place}: {path} has no heading #{anchor}";
        }
    }

    private static IEnumerable<(Mention Link, string Path, string? Anchor)> Targets(Page page)
    {
        foreach (var link in page.Links.Where(link => !link.Text.Contains("://", StringComparison.Ordinal)))
        {
            var (file, anchor) = link.Text.Split('#') is [var before, var after] ? (before, after) : (link.Text, null);
            // Where it lies, seen from the page: what leads out of the repository stays so, and is not there.
            var full = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page.Path)!, Uri.UnescapeDataString(file)));
            yield return (link, file.Length == 0 ? page.Path : Path.GetRelativePath(Repository.Root, full).Replace('\\', '/'), anchor);
        }
    }
}
