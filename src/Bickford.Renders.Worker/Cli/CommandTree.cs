using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using Bickford.Renders.Worker.Commands;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Cli;

/// <summary>The command line: all verbs, and how arguments that do not parse are told.</summary>
internal static class CommandTree
{
    /// <summary>Version of this program, without the build's own suffix.</summary>
    public static string Version { get; } =
        typeof(CommandTree).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Parses and runs.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var parse = Parse(arguments, environment);
        if (parse.Errors.Count > 0 && parse.Action is not ExampleHelp)
            return Refuse(parse, environment);
        var invocation = new InvocationConfiguration
        {
            Output = environment.Out,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
            // Signals are handled once, in the program's entry.
            ProcessTerminationTimeout = null,
        };
        return await parse.InvokeAsync(invocation, cancellationToken);
    }

    /// <summary>Parses and runs nothing.</summary>
    // A prompt may begin with @, which would else be read as the name of a file of arguments.
    public static ParseResult Parse(IReadOnlyList<string> arguments, CliEnvironment environment) =>
        Build(environment).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static RootCommand Build(CliEnvironment environment)
    {
        var root = new RootCommand("Bickford Renders: a durable background worker for AI video renders. Try 'renders demo' first.")
        {
            new DemoCommand(environment),
            new ServeCommand(environment),
            new RenderCommand(environment),
            new BatchCommand(environment),
            new ListCommand(environment),
            new ShowCommand(environment),
            new ResumeCommand(environment),
            new AgainCommand(environment),
            new AdoptCommand(environment),
            new CancelCommand(environment),
            new RemixCommand(environment),
            new KeepCommand(environment),
            new CleanupCommand(environment),
            new LibraryCommand(environment),
            new LintCommand(environment),
            new CostsCommand(environment),
            new LedgerCommand(environment),
            new HooksCommand(environment),
            new DatabaseCommand(environment),
            new KeysCommand(environment),
            new SettingsCommand(environment),
            new HealthCommand(environment),
            new DoctorCommand(environment),
        };
        root.Add(CommonOptions.Json);
        root.Add(CommonOptions.Verbose);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new ExampleHelp(help);
            else if (option is VersionOption)
                option.Action = new PrintVersion();
        }

        return root;
    }

    private static int Refuse(ParseResult parse, CliEnvironment environment)
    {
        var terminal = new Terminal(environment.Out, environment.Error, outIsTerminal: false, parse.GetValue(CommonOptions.Json));
        return ErrorReport.Write(ParseErrors.Describe(parse), terminal);
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(parseResult.GetValue(CommonOptions.Json) ? Json.Line(new { Version }) : Version);
            return ExitCode.Ok;
        }
    }
}
