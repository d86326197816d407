using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Cli;

/// <summary>Everything around the program that a verb may touch; tests bring their own.</summary>
internal sealed record CliEnvironment
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Standard output goes to somebody who watches, not to a file or a pipe.</summary>
    public required bool OutIsTerminal { get; init; }

    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Opens the worker's parts for one verb.</summary>
    public required Func<WorkerSettings, WorkerSessionOptions, IWorkerSession> Open { get; init; }

    /// <summary>The real one.</summary>
    public static CliEnvironment OfProcess() => new()
    {
        In = Console.In,
        Out = Console.Out,
        Error = Console.Error,
        OutIsTerminal = !Console.IsOutputRedirected,
        Variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal),
        Clock = TimeProvider.System,
        Open = HostSession.Open,
    };
}
