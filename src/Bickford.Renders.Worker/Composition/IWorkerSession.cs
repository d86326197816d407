using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Composition;

/// <summary>How much of the worker a verb needs.</summary>
internal enum SessionKind
{
    /// <summary>Rows, ledger and files; no engine runs.</summary>
    Look,

    /// <summary>Everything: the renders are worked on in this process.</summary>
    Engine,
}

/// <summary>What a verb asks for.</summary>
/// <param name="Kind">How much.</param>
/// <param name="Verbose">Logs go to standard error.</param>
/// <param name="Sends">What it finds goes to the collector, although it only looks.</param>
internal sealed record WorkerSessionOptions(SessionKind Kind, bool Verbose, bool Sends = false);

/// <summary>The worker's parts for the life of one verb. Opening one writes nothing.</summary>
internal interface IWorkerSession : IAsyncDisposable
{
    IRenders Renders { get; }

    ILedger Ledger { get; }

    IRenderStore Store { get; }

    DatabaseMigrator Migrator { get; }

    RenderOptions Options { get; }

    /// <summary>Another of its parts, for the verbs that need one of a kind.</summary>
    T Get<T>()
        where T : notnull;

    /// <summary>False before the first render of this database file; true for a server.</summary>
    bool HasDatabase { get; }

    /// <summary>Makes the folders and the tables.</summary>
    /// <exception cref="SettingsException">A folder cannot be written.</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Starts the engine. Disposing stops it: running steps are handed back.</summary>
    Task StartAsync(CancellationToken cancellationToken);
}
