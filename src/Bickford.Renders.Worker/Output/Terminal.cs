using System.Text;
using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>Where a verb writes: results on standard output, errors and logs on standard error.</summary>
internal sealed class Terminal
{
    private const int RedirectedWidth = 120;

    // Spectre breaks lines at the width of the terminal, and a path or a command that is cut in two cannot be copied.
    private const int Unbroken = 100_000;

    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private readonly IAnsiConsole _lines;
    private SecretMask _secrets = new([]);

    public Terminal(TextWriter output, TextWriter error, bool outIsTerminal, bool json)
    {
        (_out, _error, AsJson, IsLive) = (output, error, json, outIsTerminal && !json);
        // With --json nothing but the result may reach standard output, so that all other text goes nowhere.
        var forPeople = json ? TextWriter.Null : output;
        Out = ConsoleOn(forPeople, outIsTerminal);
        _lines = ConsoleOn(forPeople, outIsTerminal);
        _lines.Profile.Width = Unbroken;
    }

    /// <summary>For people; silent with <c>--json</c>.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>Results are written as JSON, for machines.</summary>
    public bool AsJson { get; }

    /// <summary>Somebody watches: output may be redrawn.</summary>
    public bool IsLive { get; }

    public int Width => Out.Profile.Width;

    /// <summary>Writes one line of JSON.</summary>
    public void Json<T>(T value) => _out.WriteLine(Output.Json.Line(value));

    /// <summary>Writes a line with Spectre's markup; text from outside must have gone through <see cref="SafeText.Markup"/>.</summary>
    public void Line(string markup = "") => _lines.MarkupLine(markup);

    /// <summary>From now on takes these secrets out of what goes to standard error: an exception may quote anything.</summary>
    public void Hide(SecretMask secrets) => _secrets = secrets;

    /// <summary>Writes a line on standard error.</summary>
    public void Error(string line) => _error.WriteLine(_secrets.Apply(line));

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new WriterOutput(writer, isTerminal),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <summary>Spectre asks the real console for its size, which is not where a redirected or tested output goes.</summary>
    private sealed class WriterOutput(TextWriter writer, bool isTerminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => isTerminal && Console.WindowWidth > 0 ? Math.Max(Console.WindowWidth, 60) : RedirectedWidth;

        public int Height => isTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : 24;

        public void SetEncoding(Encoding encoding)
        {
            // The program writes UTF-8 whatever Spectre would like.
        }
    }
}
