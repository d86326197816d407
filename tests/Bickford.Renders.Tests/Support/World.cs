using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Files;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Support;

/// <summary>The whole core over parts in memory, with time that a test moves. What survives a process is the store, the provider, and the disk.</summary>
internal sealed class World : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Action<RenderOptions>? _configure;
    private readonly IVideosApi _api;
    private ServiceProvider _services;

    /// <summary>A world.</summary>
    /// <param name="configure">The settings.</param>
    /// <param name="api">Another provider than the one in memory.</param>
    public World(Action<RenderOptions>? configure = null, Func<TimeProvider, IVideosApi>? api = null)
    {
        _configure = configure;
        Clock = new ManualTime(Rows.Now);
        Store = new InMemoryRenderStore(Clock);
        Provider = new FakeProvider(Clock, Calls);
        _api = api?.Invoke(Clock) ?? Provider;
        _services = Start();
    }

    public Calls Calls { get; } = new();

    public ManualTime Clock { get; }

    public InMemoryRenderStore Store { get; }

    public InMemoryVideoStore Videos { get; } = new();

    public FakeProvider Provider { get; }

    public RecordingScheduler Scheduler { get; } = new();

    public RecordingObserver Observer { get; } = new();

    public IRenders Renders => _services.GetRequiredService<IRenders>();

    public IRenderIntake Intake => _services.GetRequiredService<IRenderIntake>();

    public IStepRunner Runner => _services.GetRequiredService<IStepRunner>();

    public IReconciler Reconciler => _services.GetRequiredService<IReconciler>();

    public IProviderLibrary Library => _services.GetRequiredService<IProviderLibrary>();

    public ICleanup Cleanup => _services.GetRequiredService<ICleanup>();

    public Bickford.Renders.Pacing.RequestPacing Pacing => _services.GetRequiredService<Bickford.Renders.Pacing.RequestPacing>();

    public ILedgerSealer Sealer => _services.GetRequiredService<ILedgerSealer>();

    public string StagingRoot => _folder["staging"];

    /// <summary>A new process after the old one died.</summary>
    public void Restart()
    {
        _services.Dispose();
        Calls.Restart();
        _services = Start();
    }

    public Task<Render> EnqueueAsync(string prompt = "A lighthouse in fog", string? key = null) =>
        Renders.EnqueueAsync(new RenderRequest(prompt) { Model = "sora-2", Size = "1280x720", Seconds = 4 }, key, TestContext.Current.CancellationToken);

    public async Task<Render> RowAsync(Guid id) => (await Store.GetAsync(id))!;

    /// <summary>Runs the row's step as it stands now; pauses inside it pass at once.</summary>
    public Task RunAsync(Guid id) => RunStoppingAsync(id, CancellationToken.None);

    /// <summary>The same, with the token of a shutdown.</summary>
    public async Task RunStoppingAsync(Guid id, CancellationToken stopping) =>
        await PassAsync(Runner.RunAsync(StepJob.For(await RowAsync(id))!, stopping));

    /// <summary>Waits for work, moving time over the short pauses that it makes (not over leases, unless longer ones are named).</summary>
    public async Task PassAsync(Task work, TimeSpan? longest = null)
    {
        var giveUp = Environment.TickCount64 + 20_000;
        while (!work.IsCompleted)
        {
            Environment.TickCount64.ShouldBeLessThan(giveUp, "the work hangs");
            Clock.AdvanceOverPause(longest ?? TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        await work;
    }

    /// <summary>Runs whatever is due and moves time to what is next, until the render has stopped.</summary>
    public async Task<Render> RunToEndAsync(Guid id, int mostSteps = 400)
    {
        for (var steps = 0; steps < mostSteps; steps++)
        {
            var row = await RowAsync(id);
            if (!row.Status.IsOpen())
                return row;
            if (row.WaitsForSourceSince is not null)
            {
                await RunToEndAsync(row.RemixOf!.Value, mostSteps);
                foreach (var job in await Store.ListWaitingForSourceAsync([row.RemixOf.Value], 100))
                    await PassAsync(Runner.RunAsync(job, CancellationToken.None));
                continue;
            }

            Clock.AdvanceTo(row.DueAt!.Value);
            if (row.LeaseUntil is { } until)
                Clock.AdvanceTo(until);
            foreach (var job in await Store.ListOverdueAsync(Clock.GetUtcNow(), 100))
                await PassAsync(Runner.RunAsync(job, CancellationToken.None));
        }

        throw new InvalidOperationException($"{id} never stops: {await RowAsync(id)}");
    }

    /// <summary>A render that is completed and stored.</summary>
    public async Task<Render> CompleteAsync(RenderRequest request)
    {
        var id = (await Renders.EnqueueAsync(request, null, TestContext.Current.CancellationToken)).Id;
        return await RunToEndAsync(id);
    }

    /// <summary>What a clean-up deletes; pauses inside it pass at once.</summary>
    public async Task<List<CleanupItem>> CleanUpAsync(bool dryRun = false)
    {
        var items = Cleanup.RunAsync(dryRun, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken).AsTask();
        await PassAsync(items);
        return await items;
    }

    public async Task<IReadOnlyList<string>> EventsAsync(Guid id)
    {
        var types = new List<string>();
        await foreach (var e in Store.Ledger.ReadAsync(0, LedgerHash.StreamOf(id)))
            types.Add(e.Type);
        return types;
    }

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    private ServiceProvider Start()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(new Jitter(1));
        services.AddSingleton<IRenderStore>(new WatchedRenderStore(Store, Calls));
        services.AddSingleton<IProviderGate>(Store);
        services.AddSingleton<ISpending>(Store);
        services.AddSingleton<ICleanupStore>(Store);
        services.AddSingleton<IUpkeepLease>(Store);
        services.AddSingleton<ILedger>(Store.Ledger);
        services.AddSingleton<ILedgerSeals>(new WatchedSeals(Store.Ledger, Calls));
        services.AddSingleton<IVideoStore>(new WatchedVideoStore(Videos, Calls));
        services.AddSingleton(_api);
        services.AddSingleton<IJobScheduler>(Scheduler);
        services.AddSingleton<IRenderObserver>(Observer);
        services.AddSingleton<IImageFitter, Bickford.Renders.Skia.SkiaImageFitter>();
        services.AddRenders(o =>
        {
            o.StagingRoot = StagingRoot;
            o.NodeName = "node";
            o.CarryOn = false; // a run is one step, so that tests can stop between any two
            _configure?.Invoke(o);
        });
        return services.BuildServiceProvider();
    }
}

internal sealed class RecordingScheduler : IJobScheduler
{
    public List<StepJob> Jobs { get; } = [];

    public Exception? Fails { get; set; }

    public Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default)
    {
        Jobs.AddRange(jobs);
        return Fails is null ? Task.CompletedTask : Task.FromException(Fails);
    }
}

internal sealed class RecordingObserver : IRenderObserver
{
    public List<(Guid Id, Guid EventId)> Completed { get; } = [];

    public List<RenderStatus> Stopped { get; } = [];

    public Func<CancellationToken, Task>? OnCompleted { get; set; }

    public Task OnCompletedAsync(Render render, Guid eventId, CancellationToken cancellationToken)
    {
        Completed.Add((render.Id, eventId));
        return OnCompleted?.Invoke(cancellationToken) ?? Task.CompletedTask;
    }

    public Task OnStoppedAsync(Render render, CancellationToken cancellationToken)
    {
        Stopped.Add(render.Status);
        return Task.CompletedTask;
    }
}
