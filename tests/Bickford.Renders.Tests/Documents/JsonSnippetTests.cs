using System.Text.Json;
using Bickford.Renders.Worker.Batches;

namespace Bickford.Renders.Tests.Documents;

/// <summary>JSON on the pages: it can be read, and what is handed in would be taken.</summary>
public sealed class JsonSnippetTests
{
    private static readonly JsonDocumentOptions s_asSettings = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    [Fact]
    public void Every_block_of_JSON_can_be_read() => Problems.None(Repository.Pages
        .SelectMany(page => page.Snippets)
        .Where(snippet => snippet.Language is "json" or "jsonc" && IsWhole(string.Join('\n', snippet.Lines)))
        .Select(snippet => (snippet.Place, Problem: Problem(string.Join('\n', snippet.Lines))))
        .Where(found => found.Problem is not null)
        .Select(found => $"{found.Place}: {found.Problem}"));

    [Fact]
    public void Every_body_in_a_command_can_be_read()
    {
        var bodies = Repository.Pages
            .SelectMany(page => page.Snippets)
            .SelectMany(snippet => ShellLine.Typed(snippet.Lines).SelectMany(ShellLine.Commands).SelectMany(command => command.Words).Where(word => word.StartsWith('{') && word.EndsWith('}')).Select(word => (snippet.Place, Text: word)))
            .Where(body => body.Text.Contains('"', StringComparison.Ordinal) && IsWhole(body.Text))
            .ToList();

        bodies.Count.ShouldBeGreaterThan(8);
        Problems.None(bodies.Select(body => (body.Place, Problem: Problem(body.Text))).Where(found => found.Problem is not null).Select(found => $"{found.Place}: {found.Problem}"));
    }

    [Fact]
    public void The_batch_on_the_page_about_batches_would_be_taken()
    {
        var lines = Repository.Page("docs/batches.md").Snippets.SelectMany(snippet => snippet.Lines).Where(line => line.StartsWith('{')).ToList();

        lines.Count.ShouldBeGreaterThan(1);
        var batch = BatchFile.Parse(string.Join('\n', lines), "trailer", [], new RenderOptions
        {
            Models = { ["sora-2"] = new ModelOptions(), ["sora-2-pro"] = new ModelOptions() },
            DefaultModel = "sora-2",
        });
        batch.Count.ShouldBe(lines.Count);
    }

    [Fact]
    public void What_cannot_be_read_is_found()
    {
        Problem("""{"a": 1, "b"}""").ShouldNotBeNull();
        Problem("""{"a": 1}""").ShouldBeNull();
    }

    private static bool IsWhole(string text) => !text.Contains('…', StringComparison.Ordinal) && !text.Contains("...", StringComparison.Ordinal);

    private static string? Problem(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, s_asSettings);
            return null;
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }
}
