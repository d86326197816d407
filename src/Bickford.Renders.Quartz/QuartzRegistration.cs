using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;

namespace Bickford.Renders.Quartz;

/// <summary>Adds the Quartz.NET engine.</summary>
public static class QuartzRegistration
{
    // Ending a timer takes microseconds; the others are for the recurring jobs, none of which runs twice at once.
    private const int ClockWorkers = 4;

    /// <summary>
    /// Runs the steps by Quartz.NET. A process that never starts its host can still enqueue: whoever runs the worker on the same database picks
    /// the rows up.
    /// <para>
    /// By default the jobs are in this process's memory. Nothing is lost with it, because the rows say what is open: when the host starts, all
    /// open rows are handed over, and overdue ones again and again after that.
    /// </para>
    /// <para>
    /// With <see cref="QuartzEngineOptions.PostgreSql"/>, all processes that run the engine share what is due: each runs what it knows of, and what others cannot run within a second as far as it has
    /// workers for it; what a process that died had is run by the others. Only the wait for a due time stays in memory: what a dead process
    /// was waiting for is found by the reconcile of any other once it is overdue.
    /// </para>
    /// </summary>
    /// <param name="builder">The worker's parts; an <see cref="IStepRunner"/> and an <see cref="IReconciler"/> must be among them when the host starts.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="OptionsValidationException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException"><see cref="QuartzEngineOptions.PostgreSql"/> is no connection string.</exception>
    public static RendersBuilder UseQuartz(this RendersBuilder builder, Action<QuartzEngineOptions>? configure = null)
    {
        var options = new QuartzEngineOptions();
        configure?.Invoke(options);
        options.Validate();
        if (options.PostgreSql is { } connectionString)
        {
            // Made here, so that a bad text is refused at once; the container disposes it with the store.
            var source = ClusteredStore.Connect(connectionString, 2 * options.ApiWorkers + options.TransferWorkers);
            builder.Services.AddSingleton(_ => new ClusteredStore(source));
            builder.Services.AddSingleton(provider => new NearbySteps(
                options.ApiWorkers, options.TransferWorkers, provider.GetRequiredService<IStepRunner>, provider.GetRequiredService<IReconciler>, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<NearbySteps>>()));
            builder.Services.AddSingleton(provider => new NearbyCreates(
                options.ApiWorkers, provider.GetRequiredService<IStepRunner>, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<NearbyCreates>>()));
            return builder.AddEngine(options, quartz => ClusteredStore.Use(quartz, _ => source), clustered: true);
        }
        return builder.AddEngine(options, UseMemory, clustered: false);
    }

    private static RendersBuilder AddEngine(this RendersBuilder builder, QuartzEngineOptions options, Action<IQuartzBuilder> useStore, bool clustered)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new QuartzEngine(
            provider,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<QuartzEngine>>(),
            provider.GetService<ClusteredStore>(),
            provider.GetService<RenderOptions>() is { CarryOn: true } ? provider.GetService<NearbySteps>() : null,
            // Where the number in flight is limited, those that wait for room have an order of their own.
            provider.GetService<RenderOptions>() is { CarryOn: true, MaxInFlight: 0 } ? provider.GetService<NearbyCreates>() : null));
        services.AddSingleton<IJobScheduler>(provider => provider.GetRequiredService<QuartzEngine>());
        services.AddHostedService(provider => provider.GetRequiredService<QuartzEngine>());
        // A store that outlives the process has what is due; and ten processes that start at once must not all hand over the same rows.
        services.AddSingleton(new HandOver { Done = clustered });
        services.AddScheduler(QuartzEngine.Creates, options.ApiWorkers, useStore, quartz => quartz
            .AddStep<CreateVideoJob>(RenderStep.Create, clustered));
        services.AddScheduler(QuartzEngine.Api, options.ApiWorkers, useStore, quartz => quartz
            .AddStep<PollVideoJob>(RenderStep.Poll, clustered)
            .AddStep<RecordLedgerJob>(RenderStep.Record, clustered));
        services.AddScheduler(QuartzEngine.Transfers, options.TransferWorkers, useStore, quartz => quartz
            .AddStep<DownloadVideoJob>(RenderStep.Download, clustered)
            .AddStep<UploadVideoJob>(RenderStep.Upload, clustered));
        services.AddScheduler(QuartzEngine.Clock, ClockWorkers, UseMemory, quartz => quartz
            .AddJob<StepTimer>(job => job.WithIdentity(StepTriggers.TimerJob).StoreDurably())
            .AddRecurring<ReconcileRendersJob>(options.ReconcileEvery)
            .AddRecurring<SealLedgerJob>(options.SealEvery)
            .AddRecurring<CleanupVideosJob>(options.CleanupEvery));
        return builder;
    }

    private static void UseMemory(IQuartzBuilder quartz) => quartz.UseInMemoryStore(store => store.MisfireThreshold = TimeSpan.FromDays(1));

    // Schedulers of names of our own leave the unnamed one to the application that hosts us.
    private static void AddScheduler(this IServiceCollection services, string name, int workers, Action<IQuartzBuilder> useStore, Action<IQuartzBuilder> addJobs) =>
        services.AddQuartz(name, quartz =>
        {
            quartz.UseDefaultThreadPool(workers);
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs;
                // The shortest there is: should Quartz miss a wake-up, it costs a second and not thirty.
                scheduler.IdleWaitTime = TimeSpan.FromSeconds(1);
            });
            useStore(quartz);
            addJobs(quartz);
        });

    // In every process: what they do is safe for many at once, and none is left without when a process dies.
    private static IQuartzBuilder AddRecurring<TJob>(this IQuartzBuilder quartz, TimeSpan every)
        where TJob : class, IJob =>
        quartz.ScheduleJob<TJob>(
            trigger => trigger.WithIdentity(typeof(TJob).Name).StartNow().WithSchedule(
                SimpleScheduleBuilder.Create().WithInterval(every).RepeatForever().MeasureIntervalFromCompletion()),
            job => job.WithIdentity(typeof(TJob).Name).DisallowConcurrentExecution());

    private static IQuartzBuilder AddStep<TJob>(this IQuartzBuilder quartz, RenderStep step, bool recovered)
        where TJob : class, IJob =>
        quartz.AddJob<TJob>(job => job.WithIdentity(StepTriggers.JobOf(step)).StoreDurably().RequestRecovery(recovered));
}
