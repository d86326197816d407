using Bickford.Renders.Hangfire.Dashboard;
using Bickford.Renders.Ports;
using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Bickford.Renders.Hangfire;

/// <summary>Adds the Hangfire engine.</summary>
public static class HangfireRegistration
{
    // One for each recurring job: none waits for another.
    private const int MaintenanceWorkers = 3;

    // How often each process looks for jobs whose time has come. The default is 15 seconds.
    private static readonly TimeSpan s_schedulePolling = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Runs the steps as Hangfire jobs on PostgreSQL: each step a job class of its own, so that Hangfire's dashboard reads like the chain. Any number of processes share the work;
    /// the jobs of one that died are run by the others.
    /// <para>Hangfire has no priorities: among renders that are due, the one whose job was made first goes first. Where <c>Sora:MaxInFlight</c> limits creates, the rows decide, by priority.</para>
    /// </summary>
    /// <param name="builder">The worker's parts, with rows on the same PostgreSQL database.</param>
    /// <param name="configure">Sets the connection string, and changes the defaults.</param>
    /// <exception cref="OptionsValidationException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException"><see cref="HangfireEngineOptions.PostgreSql"/> is no connection string.</exception>
    public static RendersBuilder UseHangfire(this RendersBuilder builder, Action<HangfireEngineOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new HangfireEngineOptions();
        configure(options);
        options.Validate();
        var source = HangfireStorage.Connect(options.PostgreSql, 2 * options.ApiWorkers + options.TransferWorkers + MaintenanceWorkers);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(_ => new Connections(source));
        services.AddSingleton(provider => new JobClaims(provider.GetRequiredService<Connections>().Source));
        // Our own, and not Hangfire's process-wide one: several hosts in one process do not get into each other's way.
        services.AddSingleton(provider => HangfireStorage.Open(provider.GetRequiredService<Connections>().Source));
        services.AddSingleton<JobStorage>(provider => provider.GetRequiredService<PostgreSqlStorage>());
        services.AddHangfire((provider, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseStorage(provider.GetRequiredService<PostgreSqlStorage>())
            .UseRenderPages());
        services.AddJobs();
        services.AddSingleton<HangfireEngine>();
        services.AddSingleton<IJobScheduler>(provider => provider.GetRequiredService<HangfireEngine>());
        services.AddSingleton<IJobLinks, JobLinks>();
        services.AddHostedService(provider => provider.GetRequiredService<HangfireEngine>());
        // The first server also moves scheduled and recurring jobs along; one in a process is enough.
        services.AddServer(options, Queues.Api, options.ApiWorkers, lightweight: false);
        services.AddServer(options, Queues.Creates, options.ApiWorkers, lightweight: true);
        services.AddServer(options, Queues.Transfers, options.TransferWorkers, lightweight: true);
        services.AddServer(options, Queues.Maintenance, MaintenanceWorkers, lightweight: true);
        return builder;
    }

    private static void AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<Turns>();
        services.AddSingleton(provider => new StepExecution(
            provider.GetRequiredService<IStepRunner>(),
            provider.GetRequiredService<IRenderStore>(),
            provider.GetRequiredService<IRenders>(),
            provider.GetRequiredService<JobClaims>(),
            provider.GetRequiredService<ILogger<StepExecution>>()));
        services.AddTransient(provider => new CleanupVideosJob(
            provider.GetRequiredService<ICleanup>(),
            provider.GetRequiredService<IRenderStore>(),
            provider.GetRequiredService<JobStorage>(),
            provider.GetRequiredService<IBackgroundJobClient>(),
            provider.GetRequiredService<JobClaims>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Turns>(),
            provider.GetRequiredService<ILogger<CleanupVideosJob>>()));
    }

    // Within one server Hangfire serves queues in alphabetical order, the later ones only while the earlier are empty: so each has its own.
    private static void AddServer(this IServiceCollection services, HangfireEngineOptions options, string queue, int workers, bool lightweight) =>
        services.AddHangfireServer(server =>
        {
            server.ServerName = $"{Environment.MachineName}:{queue}";
            server.Queues = [queue];
            server.WorkerCount = workers;
            server.IsLightweightServer = lightweight;
            server.SchedulePollingInterval = s_schedulePolling;
            // Running steps are told at once; then there is time for them to commit.
            server.StopTimeout = TimeSpan.Zero;
            server.ShutdownTimeout = options.DrainTimeout;
        });

    private sealed class Connections(NpgsqlDataSource source) : IAsyncDisposable, IDisposable
    {
        public NpgsqlDataSource Source => source;

        public ValueTask DisposeAsync() => source.DisposeAsync();

        public void Dispose() => source.Dispose();
    }
}
