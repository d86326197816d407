using System.Text;

namespace Bickford.Renders.Tests.Documents;

/// <summary>One command of a line for a shell: what is set before it, and its words.</summary>
internal sealed record ShellCommand(IReadOnlyList<string> Assignments, IReadOnlyList<string> Words);

/// <summary>Reads as much of a shell's language as the pages use.</summary>
internal static class ShellLine
{
    /// <summary>The lines of a block that are typed.</summary>
    /// <param name="block">All of it.</param>
    /// <param name="join">Those that go on on the next line are made one.</param>
    public static IEnumerable<string> Typed(IReadOnlyList<string> block, bool join = true)
    {
        var prompted = block.Any(line => line.StartsWith("$ ", StringComparison.Ordinal));
        var line = new StringBuilder();
        foreach (var piece in block.Where(piece => !prompted || piece.StartsWith("$ ", StringComparison.Ordinal)).Select(piece => prompted ? piece[2..] : piece))
        {
            if (join && piece.EndsWith('\\'))
            {
                line.Append(piece.AsSpan(..^1)).Append(' ');
                continue;
            }

            yield return line.Append(piece).ToString();
            line.Clear();
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    /// <summary>The commands of a line: split at pipes and the like, without redirections and comments.</summary>
    public static IReadOnlyList<ShellCommand> Commands(string line)
    {
        var (commands, words, word, quote, redirects) = (new List<ShellCommand>(), new List<string>(), new StringBuilder(), '\0', false);
        var begun = false;
        for (var i = 0; i <= line.Length; i++)
        {
            var c = i < line.Length ? line[i] : '\n';
            if (quote != '\0' && c != '\n')
            {
                if (c == quote)
                    quote = '\0';
                else
                    word.Append(quote == '"' && c == '\\' && i + 1 < line.Length && line[i + 1] is '"' or '\\' ? line[++i] : c);
            }
            else if (c is '"' or '\'')
            {
                (quote, begun) = (c, true);
            }
            else if (c == '#' && !begun)
            {
                EndWord();
                break;
            }
            else if (c is ' ' or '\t' or '\n')
            {
                EndWord();
            }
            else if (c is '|' or ';' || (c == '&' && word.Length == 0 && !redirects))
            {
                EndWord();
                EndCommand();
            }
            else if (c is '>' or '<')
            {
                // 2> is a redirection too.
                if (!word.ToString().All(char.IsAsciiDigit))
                    EndWord();
                word.Clear();
                (begun, redirects) = (false, true);
            }
            else
            {
                word.Append(c);
                begun = true;
            }
        }

        EndCommand();
        return commands;

        void EndWord()
        {
            if (begun && !redirects)
                words.Add(word.ToString());
            if (begun)
                redirects = false;
            word.Clear();
            begun = false;
        }

        void EndCommand()
        {
            var skip = words is ["export", ..] ? 1 : 0;
            var assignments = words.Skip(skip).TakeWhile(IsAssignment).ToList();
            if (words.Count > skip)
                commands.Add(new ShellCommand(assignments, [.. words.Skip(skip + assignments.Count)]));
            words = [];
        }
    }

    private static bool IsAssignment(string word) =>
        word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && word[..at].All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
