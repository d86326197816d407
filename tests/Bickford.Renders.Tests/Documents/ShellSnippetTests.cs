namespace Bickford.Renders.Tests.Documents;

/// <summary>What the pages tell to type: our programs take it, the settings exist, files and services are there.</summary>
public sealed class ShellSnippetTests
{
    // What looks like a command and is the name of a span.
    private static readonly string[] s_names = ["renders look"];

    private const string Benchmarks = "tests/Bickford.Renders.Benchmarks";

    [Fact]
    public void Every_command_in_a_block_would_be_taken()
    {
        var commands = Repository.Pages
            .SelectMany(page => page.Snippets)
            .Where(snippet => snippet.Language is "" or "sh" or "bash" or "console")
            .SelectMany(snippet => ShellLine.Typed(snippet.Lines).SelectMany(ShellLine.Commands).Select(command => (snippet.Place, Command: command)))
            .ToList();

        commands.Count(command => ShellCheck.Knows(command.Command)).ShouldBeGreaterThan(40);
        Problems.None(commands.SelectMany(command => ShellCheck.Problems(command.Command).Select(problem => $"{command.Place}: {problem}")));
    }

    [Fact]
    public void Every_command_in_a_sentence_would_be_taken()
    {
        var commands = Repository.Pages
            .SelectMany(page => page.Code)
            .Where(code => code.Text.StartsWith("renders ", StringComparison.Ordinal) || code.Text.StartsWith("dotnet run ", StringComparison.Ordinal) || code.Text.StartsWith("docker compose ", StringComparison.Ordinal) || code.Text.StartsWith("bash ", StringComparison.Ordinal))
            .Where(code => !s_names.Contains(code.Text))
            .SelectMany(code => Alternatives(code.Text).SelectMany(ShellLine.Commands).Select(command => (code.Place, Command: command)))
            .ToList();

        commands.Count.ShouldBeGreaterThan(30);
        // A verb may be spoken of without what it needs.
        var verbs = CommandVerbs.All();
        Problems.None(commands.Where(command => !(command.Command.Words is ["renders", ..] && verbs.Contains(string.Join(' ', command.Command.Words.Skip(1)))))
            .SelectMany(command => ShellCheck.Problems(command.Command).Select(problem => $"{command.Place}: {problem}")));
    }

    [Fact]
    public void Every_benchmark_that_is_named_by_its_arguments_exists()
    {
        var mentions = Repository.Pages
            .SelectMany(page => page.Code)
            .Where(code => code.Text.StartsWith("-- ", StringComparison.Ordinal))
            .ToList();

        mentions.Count.ShouldBeGreaterThan(8);
        Problems.None(mentions.SelectMany(code => ShellCheck.Others(Benchmarks, code.Text[3..].Split(' ')).Select(problem => $"{code.Place}: {problem}")));
    }

    [Fact]
    public void Every_verb_of_the_readme_is_one_and_every_verb_is_in_the_readme()
    {
        var readme = Repository.Page("README.md").Table("verb").SelectMany(row => row[0].Split('`').Where((_, i) => i % 2 == 1)).ToList();
        var verbs = CommandVerbs.All();

        readme.Select(text => text.Split(' ')[0]).Where(word => !verbs.Contains(word) && !verbs.Any(verb => verb.EndsWith(' ' + word, StringComparison.Ordinal))).ShouldBeEmpty();
        verbs.Where(verb => !verb.Contains(' ', StringComparison.Ordinal) && !Repository.Page("README.md").Text.Contains($"`{verb}", StringComparison.Ordinal) && !Repository.Page("README.md").Text.Contains($"`renders {verb}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("renders rendr x", "'rendr' is not known here")]
    [InlineData("renders list --limit many", "'many' is not allowed")]
    [InlineData("Sora__BaseUlr=x renders list", "there is no setting Sora:BaseUlr")]
    [InlineData("export Jobs__ApiWorkers=none", "may not be 'none'")]
    [InlineData("echo a | renders serve --set Jobs:Nothing=1 > b", "there is no setting Jobs:Nothing")]
    [InlineData("bash ops/nothing", "there is no ops/nothing")]
    [InlineData("dotnet run --project src/Nothing -- x", "there is no project 'src/Nothing'")]
    [InlineData("dotnet run --project src/Bickford.Renders.Worker -- demo --fast", "'--fast' is not known here")]
    [InlineData("dotnet run --project tests/Bickford.Renders.Benchmarks -- nothing --runs 1", "knows no 'nothing'")]
    [InlineData("docker compose --profile nothing up", "no service has the profile nothing")]
    [InlineData("docker compose exec worker-9 /app/renders list", "there is no service worker-9")]
    [InlineData("docker compose exec -T worker-1 /app/renders lst", "'lst' is not known here")]
    public void What_would_not_be_taken_is_found(string line, string problem) =>
        ShellLine.Commands(line).SelectMany(ShellCheck.Problems).ShouldHaveSingleItem().ShouldContain(problem);

    // `renders db migrate|script|status` is three commands.
    private static IEnumerable<string> Alternatives(string text)
    {
        var words = text.Split(' ');
        var at = Array.FindIndex(words, word => word.Length > 2 && word.Contains('|', StringComparison.Ordinal) && !word.Contains('"', StringComparison.Ordinal));
        return at < 0 ? [text] : words[at].Split('|').Select(word => string.Join(' ', [.. words[..at], word, .. words[(at + 1)..]]));
    }
}
