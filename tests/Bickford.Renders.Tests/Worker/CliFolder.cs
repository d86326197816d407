using Bickford.Renders.Simulator;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;

namespace Bickford.Renders.Tests.Worker;

/// <summary>The command line over the real parts, with everything it keeps in one folder.</summary>
/// <param name="Path">The folder.</param>
/// <param name="More">Settings besides, as environment variables.</param>
internal sealed record CliFolder(string Path, params IReadOnlyList<(string Name, string Value)> More)
{
    /// <summary>Runs it; without a provider at an address where nobody answers.</summary>
    public async Task<CliResult> RunAsync(SimulatorServer? provider, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new CliEnvironment
        {
            In = TextReader.Null,
            Out = output,
            Error = error,
            OutIsTerminal = false,
            Variables = VariablesOf(provider),
            Clock = TimeProvider.System,
            Open = HostSession.Open,
        };
        var code = await CommandTree.RunAsync(arguments, environment, TestContext.Current.CancellationToken);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Its settings, as environment variables.</summary>
    public Dictionary<string, string> VariablesOf(SimulatorServer? provider) => new(More.Select(one => KeyValuePair.Create(one.Name, one.Value)))
    {
        ["Sora__BaseUrl"] = provider?.BaseUrl.ToString() ?? "http://127.0.0.1:1/v1",
        ["Database__ConnectionString"] = System.IO.Path.Combine(Path, "renders.db"),
        ["Storage__Root"] = System.IO.Path.Combine(Path, "videos"),
        ["Staging__Root"] = System.IO.Path.Combine(Path, "staging"),
    };
}
