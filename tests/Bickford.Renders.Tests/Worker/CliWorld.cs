using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

/// <summary>What a run of the command line left behind.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error);

/// <summary>The command line over substitutes: real parsing, real settings, no database, engine or provider.</summary>
internal sealed class CliWorld
{
    public IRenders Renders { get; } = Substitute.For<IRenders>();

    public ILedger Ledger { get; init; } = Substitute.For<ILedger>();

    public IRenderStore Store { get; } = Substitute.For<IRenderStore>();

    /// <summary>The parts that few verbs ask for.</summary>
    public Dictionary<Type, object> Parts { get; } = [];

    public RenderOptions Options { get; } = new() { Models = { ["sora-2"] = new ModelOptions { Sizes = { "720x1280", "1280x720" }, Seconds = { 4, 8 } } } };

    public bool HasDatabase { get; set; } = true;

    public string Input { get; set; } = "";

    public bool Prepared { get; private set; }

    public bool Started { get; private set; }

    public bool Disposed { get; private set; }

    public SessionKind? Opened { get; private set; }

    public async Task<CliResult> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new CliEnvironment
        {
            In = new StringReader(Input),
            Out = output,
            Error = error,
            OutIsTerminal = false,
            Variables = new Dictionary<string, string>(),
            Clock = TimeProvider.System,
            Open = (_, options) =>
            {
                Opened = options.Kind;
                return new Session(this);
            },
        };
        var code = await CommandTree.RunAsync(arguments, environment, cancellationToken);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    public Task<CliResult> RunAsync(params string[] arguments) => RunAsync(TestContext.Current.CancellationToken, arguments);

    private sealed class Session(CliWorld world) : IWorkerSession
    {
        public IRenders Renders => world.Renders;

        public ILedger Ledger => world.Ledger;

        public IRenderStore Store => world.Store;

        public DatabaseMigrator Migrator => throw new NotSupportedException("this world has no database");

        public RenderOptions Options => world.Options;

        public T Get<T>()
            where T : notnull =>
            (T)world.Parts[typeof(T)];

        public bool HasDatabase => world.HasDatabase;

        public Task PrepareAsync(CancellationToken cancellationToken)
        {
            world.Prepared = true;
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            world.Started = true;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            world.Disposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
