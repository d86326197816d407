using System.Diagnostics;

namespace Bickford.Renders.Tests.Documents;

/// <summary>A shell reads every block that is for a shell.</summary>
public sealed class ShellSyntaxTests
{
    private static readonly HashSet<string> s_programs =
    [
        "renders", "dotnet", "bash", "docker", "curl", "export", "printf", "psql", "pg_dump", "pg_restore", "createdb", "kubectl", "systemctl", "sudo", "openssl", "aws", "mc", "git", "cd", "for", "while", "if",
    ];

    [Fact]
    public async Task Every_block_can_be_read()
    {
        var blocks = Repository.Pages.SelectMany(page => page.Snippets).Where(IsForAShell).ToList();

        blocks.Count.ShouldBeGreaterThan(20);
        Problems.None(await ReadAsync(blocks.Select(block => (block.Place, string.Join('\n', ShellLine.Typed(block.Lines, join: false))))));
    }

    [Fact]
    public async Task What_cannot_be_read_is_found() =>
        (await ReadAsync([("a page:1", "echo 'fine'"), ("a page:2", "echo 'not so"), ("a page:3", "for x in a; do echo $x")])).Select(problem => problem[..8]).ShouldBe(["a page:2", "a page:3"]);

    private static bool IsForAShell(Snippet snippet) => snippet.Language is "sh" or "bash" or "console"
        || (snippet.Language.Length == 0 && snippet.Lines.Select(line => line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line).FirstOrDefault() is { } first
            && (s_programs.Contains(first.Split(' ')[0]) || first.StartsWith("api=", StringComparison.Ordinal) || first.StartsWith("id=", StringComparison.Ordinal)));

    // One shell for all of them, which begins another one for each.
    private static async Task<IReadOnlyList<string>> ReadAsync(IEnumerable<(string Place, string Text)> blocks)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", "while IFS= read -r place && IFS= read -r -d '' text; do printf '%s\\n' \"$text\" | bash -n 2>/dev/null || printf '%s: bash cannot read this block\\n' \"$place\"; done"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var told = shell.StandardOutput.ReadToEndAsync(cancel);
        foreach (var (place, text) in blocks)
            await shell.StandardInput.WriteAsync($"{place}\n{text}\n\0".AsMemory(), cancel);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync(cancel);
        return (await told).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
