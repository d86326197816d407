namespace Bickford.Renders.Worker.Cli;

/// <summary>A prompt and the line of the file it stands on.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">The prompt, trimmed.</param>
internal sealed record PromptLine(int Line, string Text);

/// <summary>Reads prompts: one a line; blank lines and lines that begin with <c>#</c> are skipped.</summary>
internal static class PromptFile
{
    /// <param name="path">The file, or <c>-</c> for standard input.</param>
    /// <param name="standardInput">Read for <c>-</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The file cannot be read, or holds no prompt.</exception>
    public static async Task<IReadOnlyList<PromptLine>> ReadAsync(string path, TextReader standardInput, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = path == "-" ? await standardInput.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException("--prompts", $"'{path}' cannot be read; allowed: a text file with one prompt a line, or - for standard input ({e.Message})");
        }

        var prompts = Parse(text);
        return prompts.Count > 0
            ? prompts
            : throw new InputException("--prompts", $"'{path}' holds no prompt; allowed: one prompt a line, blank lines and lines with # are skipped");
    }

    public static IReadOnlyList<PromptLine> Parse(string text) =>
    [
        .. text.Split('\n')
            .Select((line, i) => new PromptLine(i + 1, line.Trim().Trim('\uFEFF').Trim()))
            .Where(prompt => prompt.Text.Length > 0 && prompt.Text[0] != '#'),
    ];
}
