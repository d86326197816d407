using System.CommandLine;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Cli;

/// <summary>A verb of the command line: parses, runs, and turns every failure into one line and an exit code.</summary>
internal abstract class Verb : Command
{
    private readonly CliEnvironment _environment;

    protected Verb(CliEnvironment environment, string name, string description, params string[] examples)
        : base(name, description)
    {
        _environment = environment;
        Examples = examples;
        SetAction(InvokeAsync);
    }

    /// <summary>Command lines that show what the verb is for.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(CliContext context, CancellationToken cancellationToken);

    /// <summary>Adds the options by which settings are changed.</summary>
    protected void AddSettings()
    {
        Add(CommonOptions.SettingsFile);
        Add(CommonOptions.Set);
    }

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var context = new CliContext(parse, _environment);
        try
        {
            return await RunAsync(context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Terminal.Error("Stopped.");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            // The edge of the program: whatever arrives here becomes one line and an exit code.
            return ErrorReport.Write(e, context.Terminal, context.Verbose);
        }
    }
}

/// <summary>What a verb works with.</summary>
internal sealed class CliContext(ParseResult parse, CliEnvironment environment)
{
    public ParseResult Parse { get; } = parse;

    public CliEnvironment Environment { get; } = environment;

    public bool Verbose { get; } = parse.GetValue(CommonOptions.Verbose);

    public Terminal Terminal { get; } = new(environment.Out, environment.Error, environment.OutIsTerminal, parse.GetValue(CommonOptions.Json));
}
