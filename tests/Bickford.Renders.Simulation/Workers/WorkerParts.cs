using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Providers;
using Bickford.Renders.Simulation.Time;
using Bickford.Renders.Sora;
using Bickford.Renders.Staging;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>
/// The real composition of one process: queue, runner, steps, policies, reconciler, protocol client, row store. Only what they reach the outside
/// through is simulated: the transport, the engine, the video store, the disk, and chance.
/// </summary>
internal sealed class WorkerParts
{
    public WorkerParts(Life life, DiskFiles disk)
    {
        var world = life.World;
        var database = world.Database.OpenFor(world.Plant.LeasesByOwnClock ? new WorkerTime(world.Clock, life) : new StoreTime(world.Clock));
        var time = new WorkerTime(world.Clock, life);
        var dice = world.Dice.Fork();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(world.Trace.IsVerbose ? new TraceLogs(life) : NullLoggerFactory.Instance);
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton(new Jitter(dice.Below(int.MaxValue)));
        services.AddSingleton<IdSource>(new SeededIds(dice.Fork()));
        services.AddSingleton<IStagingDisk>(new SimulatedDisk(life, disk));
        services.AddRenders(options => world.Plan.Configure(options, life));
        services.AddSingleton<IJobScheduler>(new SimulatedScheduler(life, world.Engine));
        services.AddSingleton(world.Plant.Rows(new SimulatedRows(life, database.Store), life));
        services.AddSingleton<ICleanupStore>(new SimulatedCleanupRows(life, database.Cleanup));
        services.AddSingleton<ILedger>(new SimulatedLedger(life, database.Ledger));
        services.AddSingleton(world.Plant.Seals(new SimulatedSeals(life, database.Seals)));
        services.AddSingleton<IUpkeepLease>(new SimulatedUpkeep(life, database.Upkeep));
        services.AddSingleton<IProviderGate>(new SimulatedGate(life, database.Gate));
        services.AddSingleton<ISpending>(new SimulatedSpending(life, database.Spending));
        services.AddSingleton<IVideoStore>(new SimulatedStore(life, world.Bucket));
        services.AddSingleton<IRenderObserver>(new SimulatedObserver(life));
        services.AddSingleton(provider => world.Plant.Api(
            new VideosApiClient(
                new HttpClient(world.Plant.Link(new ProviderLink(life, world.Provider))) { Timeout = Timeout.InfiniteTimeSpan },
                world.Plan.ApiOptions(world.Provider.Habits),
                time,
                new Random(dice.Below(int.MaxValue)),
                provider.GetRequiredService<ILoggerFactory>().CreateLogger("client"),
                pacing: provider.GetRequiredService<Pacing.RequestPacing>()),
            life));
        world.Plant.Put(services);

        var built = services.BuildServiceProvider();
        Options = built.GetRequiredService<RenderOptions>();
        Options.Retention.ForeignAfter = world.Plan.ForeignAfter;
        Renders = built.GetRequiredService<IRenders>();
        Runner = built.GetRequiredService<IStepRunner>();
        Reconciler = built.GetRequiredService<IReconciler>();
        Cleanup = built.GetRequiredService<ICleanup>();
        Sealer = built.GetRequiredService<ILedgerSealer>();
    }

    public RenderOptions Options { get; }

    public IRenders Renders { get; }

    public IStepRunner Runner { get; }

    public IReconciler Reconciler { get; }

    public ICleanup Cleanup { get; }

    public ILedgerSealer Sealer { get; }

    private sealed class SeededIds(Dice dice) : IdSource
    {
        public override Guid Next(DateTimeOffset now)
        {
            Span<byte> bytes = stackalloc byte[16];
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << 16 | (long)(dice.Next() & 0x0FFF) | 0x7000);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (dice.Next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000);
            return new Guid(bytes, bigEndian: true);
        }
    }

    private sealed class TraceLogs(Life life) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!life.IsDead)
                life.World.Trace.Explain(life, $"{logLevel}: {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
