namespace Bickford.Renders.Tests.Documents;

/// <summary>Every piece of C# on a page stands, word for word, in a source that the compiler sees.</summary>
public sealed class CSharpSnippetTests
{
    // Few files, so that a piece is not found by chance, and is run where it is found.
    private static readonly string[] s_sources =
    [
        "tests/Bickford.Renders.Tests/Documents/Samples.cs",
        "tests/Bickford.Renders.IntegrationTests/ReadmeTests.cs",
        .. Repository.FilesBelow("docs/samples", "*.cs"),
    ];

    [Fact]
    public void Every_piece_is_compiled()
    {
        var sources = s_sources.Select(path => Repository.Read(path).Split('\n').Select(Code).ToArray()).ToList();
        var pieces = Repository.Pages.SelectMany(page => page.Snippets).Where(snippet => snippet.Language is "csharp" or "cs" or "c#").ToList();

        pieces.Count.ShouldBeGreaterThan(3);
        Problems.None(pieces.Where(piece => !sources.Any(source => Holds(source, [.. piece.Lines.Select(Code)]))).Select(piece => $"{piece.Place}: is in none of {string.Join(", ", s_sources)}"));
    }

    // A remark at the end of a line is for the reader of that page.
    private static string Code(string line) => line.IndexOf(" //", StringComparison.Ordinal) is > 0 and var at && line[..at].Trim().Length > 0 ? line[..at].TrimEnd() : line;

    // As they are, but for the depth at which they stand.
    private static bool Holds(string[] source, IReadOnlyList<string> piece)
    {
        for (var at = 0; at + piece.Count <= source.Length; at++)
        {
            var depth = source[at].Length - source[at].TrimStart().Length;
            if (piece.Select((line, i) => source[at + i] == (line.Length == 0 ? "" : new string(' ', depth) + line)).All(same => same))
                return true;
        }

        return false;
    }
}
