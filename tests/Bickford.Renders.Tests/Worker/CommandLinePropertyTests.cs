using System.Text.Json;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Whatever is typed: it is understood, or refused with one clear line for each thing that is wrong.</summary>
public sealed class CommandLinePropertyTests
{
    private static readonly string[][] Right =
    [
        ["render", "A lighthouse in fog", "--wait"],
        ["render", "A red kite", "--model", "sora-2-pro", "--size", "1792x1024", "--seconds", "8", "--tag", "a", "--tag", "b", "--priority", "5"],
        ["render", "--prompts", "-", "--key", "batch-7", "--json"],
        ["list", "--status", "Failed", "--status", "Parked", "--cause", "Policy", "--limit", "100", "--cursor", "x"],
        ["show", "0001", "--json"],
        ["resume", "0001"],
        ["again", "0001", "--prompt", "A boat"],
        ["adopt", "0001", "video_1"],
        ["cancel", "0001"],
        ["remix", "0001", "A boat"],
        ["keep", "0001", "--release"],
        ["cleanup", "--dry-run"],
        ["library", "--only", "Foreign", "--limit", "5"],
        ["ledger", "verify"],
        ["ledger", "tail", "--json"],
        ["ledger", "export"],
        ["ledger", "prove", "42"],
        ["ledger", "check", "/dev/null/none", "--seal", "-"],
        ["db", "status"],
        ["db", "script"],
        ["settings", "--set", "Jobs:ApiWorkers=4", "--json"],
        ["serve", "--urls", "http://127.0.0.1:0"],
        ["health"],
        ["demo", "--help"],
        ["--version"],
        ["--help"],
    ];

    private static readonly string[] Odd = ["", "-", "--", "---", "-h", "-?", "/?", "--json", "--json=maybe", "--verbose", "--help", "--version", "--set", "--set=", "--set==", "--settings", "@file", "@", "[suggest]", "[diagram]", "[suggest:99]", "[env:a=b]", "--limit=1e9", "--limit=-1", "--status=99", "--status=Failed,Parked", "--priority=99999999999", "-v", "--no"];

    /// <summary>A setting of the environment stops every verb before it does anything; what it says is then the settings' own line.</summary>
    [Fact]
    public Task Whatever_is_typed_is_understood_or_refused_in_clear_lines() => Fuzz.CheckAsync(120, Typed, async typed =>
    {
        // A demo reads no settings: it would begin.
        if (typed.Contains("demo") && !typed.Contains("--help"))
            return;
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new CliEnvironment
        {
            In = new StringReader(""),
            Out = output,
            Error = error,
            OutIsTerminal = false,
            Variables = new Dictionary<string, string> { ["Jobs__Nothing"] = "1" },
            Clock = TimeProvider.System,
            Open = (_, _) => throw new InvalidOperationException("nothing may be opened with wrong settings"),
        };

        var code = await CommandTree.RunAsync(typed, environment, TestContext.Current.CancellationToken);

        var said = error.ToString();
        code.ShouldBeOneOf(ExitCode.Ok, ExitCode.BadInput);
        if (code == ExitCode.Ok)
        {
            said.ShouldBe("");
            return;
        }

        var lines = said.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldNotBeEmpty();
        foreach (var line in lines.Where(_ => !typed.Contains("--verbose")))
        {
            line.Any(char.IsControl).ShouldBeFalse(line);
            line.ShouldNotContain("   at ");
            if (line.StartsWith('{'))
                JsonDocument.Parse(line).RootElement.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        }
    });

    [Theory]
    [InlineData("list", "--status", "99")]
    [InlineData("list", "--status", "Failed,Parked")]
    [InlineData("list", "--cause", "-1")]
    [InlineData("list", "--cause", "-1", "--cause", "Policy")]
    public async Task A_value_that_is_none_of_the_choices_is_refused(params string[] typed)
    {
        var world = new CliWorld();

        var result = await world.RunAsync(typed);

        result.ExitCode.ShouldBe(ExitCode.BadInput, result.Error);
        result.Error.ShouldStartWith($"{typed[1]}: '{typed[2]}' is not allowed; allowed: ");
        world.Opened.ShouldBeNull();
    }

    private static string[] Typed(Random random)
    {
        var words = random.Pick(Right).ToList();
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(words.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < words.Count:
                    words.RemoveAt(at);
                    break;
                case 1 when at < words.Count:
                    words[at] = Arbitrary.Mutated(random, words[at]);
                    break;
                case 2:
                    words.Insert(at, Arbitrary.Text(random));
                    break;
                case 3 when at < words.Count:
                    words.Insert(random.Next(words.Count), words[at]);
                    break;
                case 4 when at < words.Count:
                    words[at] = random.Pick(random.Pick(Right));
                    break;
                default:
                    words.Insert(at, random.Pick(Odd));
                    break;
            }
        }

        return [.. words];
    }
}
