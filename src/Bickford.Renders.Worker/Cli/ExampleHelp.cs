using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Bickford.Renders.Worker.Cli;

/// <summary>The usual help, with the verb's examples below.</summary>
internal sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb { Examples: { Count: > 0 } examples })
            return ExitCode.Ok;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
        return ExitCode.Ok;
    }
}
