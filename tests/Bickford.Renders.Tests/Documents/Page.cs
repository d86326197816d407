using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Bickford.Renders.Tests.Documents;

/// <summary>A block of code on a page.</summary>
/// <param name="Place">Page and line, for who has to mend it.</param>
/// <param name="Language">What the fence says; empty for an indented block.</param>
/// <param name="Lines">What is in it.</param>
internal sealed record Snippet(string Place, string Language, IReadOnlyList<string> Lines);

/// <summary>Some words in the text that are set as code, or the target of a link.</summary>
internal sealed record Mention(string Place, string Text);

/// <summary>A page of documentation, read as GitHub reads it.</summary>
internal sealed partial class Page
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    private readonly MarkdownDocument _tree;

    public Page(string path, string text)
    {
        (Path, Text, _tree) = (path, text, Markdown.Parse(text, s_pipeline));
        Snippets = [.. _tree.Descendants<CodeBlock>().Select(block => new Snippet(
            Place(block.Line + (block is FencedCodeBlock ? 1 : 0)), (block as FencedCodeBlock)?.Info ?? "", [.. block.Lines.Lines.Take(block.Lines.Count).Select(line => line.ToString())]))];
        Code = [.. _tree.Descendants<CodeInline>().Select(code => new Mention(Place(code.Line), code.Content))];
        Links = [.. LinksOf(_tree)];
        Anchors = _tree.Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id!).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>From the root of the repository.</summary>
    public string Path { get; }

    public string Text { get; }

    public IReadOnlyList<Snippet> Snippets { get; }

    public IReadOnlyList<Mention> Code { get; }

    /// <summary>Links and pictures.</summary>
    public IReadOnlyList<Mention> Links { get; }

    /// <summary>Its headings, as links name them.</summary>
    public IReadOnlySet<string> Anchors { get; }

    /// <summary>The rows of the table whose first column is called so.</summary>
    public IReadOnlyList<string[]> Table(string firstColumn)
    {
        var rows = Text.Split('\n').SkipWhile(line => !line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));
        return [.. rows.Select(line => line.Trim('|', ' ').Split(" | ", StringSplitOptions.TrimEntries))];
    }

    private string Place(int line) => $"{Path}:{line + 1}";

    private IEnumerable<Mention> LinksOf(MarkdownDocument tree)
    {
        foreach (var link in tree.Descendants<LinkInline>())
            yield return new Mention(Place(link.Line), link.Url ?? "");
        foreach (var html in tree.Descendants<HtmlInline>())
            foreach (Match found in Source().Matches(html.Tag))
                yield return new Mention(Place(html.Line), found.Groups["target"].Value);
        foreach (var html in tree.Descendants<HtmlBlock>())
            foreach (Match found in Source().Matches(html.Lines.ToString()))
                yield return new Mention(Place(html.Line), found.Groups["target"].Value);
    }

    [GeneratedRegex("""\b(?:src|srcset|href)="(?<target>[^"]+)"\s?""")]
    private static partial Regex Source();
}
