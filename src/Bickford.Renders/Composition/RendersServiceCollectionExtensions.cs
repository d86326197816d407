using System.Globalization;
using System.Security.Cryptography;
using Bickford.Renders.Cleanup;
using Bickford.Renders.Ledger;
using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Queue;
using Bickford.Renders.Recovery;
using Bickford.Renders.Staging;
using Bickford.Renders.Steps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders;

/// <summary>Registration of the core.</summary>
public static class RendersServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="IRenders"/>, the chain, and what runs it. Add a row store, a video store, a provider and an engine to the
    /// builder that is returned: <c>UseSqlite</c>, <c>UseFileStore</c>, <c>UseVideosApi</c>, <c>UseQuartz</c>.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes to the defaults.</param>
    /// <exception cref="RenderRequestException">An option is out of range.</exception>
    public static RendersBuilder AddRenders(this IServiceCollection services, Action<RenderOptions>? configure = null)
    {
        var options = new RenderOptions();
        configure?.Invoke(options);
        RenderOptionsValidation.Check(options);

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new Jitter(RandomNumberGenerator.GetInt32(int.MaxValue)));
        services.TryAddSingleton(options);
        services.TryAddSingleton(new RenderMachine(options));
        services.TryAddSingleton<IRenderPolicy>(new SettingsPolicy(options));
        services.TryAddSingleton<IdSource>();
        services.TryAddSingleton<IStagingDisk, LocalDisk>();
        services.TryAddSingleton(provider => new StagingFolder(options.StagingRoot, provider.GetRequiredService<IStagingDisk>()));
        services.TryAddSingleton<StagingRoom>();
        services.TryAddSingleton<StagingLeftovers>();
        services.TryAddSingleton(provider => new RequestPacing(
            Gate(provider), options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RequestPacing>>()));
        services.TryAddSingleton(provider => new CreateRoom(
            Gate(provider), provider.GetRequiredService<IJobScheduler>(), options));
        services.TryAddSingleton(provider => new CreateBudget(
            Spending(provider), options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CreateBudget>>()));
        services.TryAddSingleton<RenderNotifier>();
        services.TryAddSingleton<CreateSearch>();
        services.TryAddSingleton<LearntTimes>();
        services.TryAddSingleton<LookPages>();
        services.TryAddSingleton<MergedLooks>();
        services.TryAddSingleton<StepGuard>();
        services.TryAddSingleton<StepCommits>();
        services.TryAddSingleton<WaitingRemixes>();
        services.TryAddSingleton<StepHandover>();
        services.TryAddSingleton<AssetDownload>();
        services.AddSingleton<IStep, CreateStep>();
        services.AddSingleton<IStep, PollStep>();
        services.AddSingleton<IStep, DownloadStep>();
        services.AddSingleton<IStep, UploadStep>();
        services.AddSingleton<IStep, RecordStep>();
        services.TryAddSingleton<IStepRunner, StepRunner>();
        services.TryAddSingleton<IReconciler, Reconciler>();
        services.TryAddSingleton<ILedgerSealer, LedgerSealer>();
        services.TryAddSingleton<ICleanup, CleanupRunner>();
        services.TryAddSingleton<IProviderLibrary, ProviderLibrary>();
        services.TryAddSingleton<IRecovery, RecoveryRun>();
        services.TryAddSingleton<RenderQueue>();
        services.TryAddSingleton<IRenders>(static provider => provider.GetRequiredService<RenderQueue>());
        services.TryAddSingleton<IRenderIntake>(static provider => provider.GetRequiredService<RenderQueue>());
        services.TryAddSingleton<IJobScheduler, NoEngine>();
        services.AddHostedService<SignalListener>();
        return new RendersBuilder(services);

        // A row store of somebody else's need not have a gate, as long as nothing is to be limited.
        IProviderGate? Gate(IServiceProvider provider) => provider.GetService<IProviderGate>() is { } gate ? gate
            : options is { RequestsPerMinute: 0, MaxInFlight: 0 } ? null
            : throw new RenderRequestException(
                options.MaxInFlight > 0 ? "Sora:MaxInFlight" : "Sora:RequestsPerMinute",
                (options.MaxInFlight > 0 ? options.MaxInFlight : options.RequestsPerMinute).ToString(CultureInfo.InvariantCulture),
                $"0 (unlimited): the row store has no {nameof(IProviderGate)} for limits across processes");

        ISpending? Spending(IServiceProvider provider) => provider.GetService<ISpending>() is { } spending ? spending
            : !options.Budget.IsSet ? null
            : throw new RenderRequestException("Budget", "set", $"none: the row store has no {nameof(ISpending)}");
    }
}
