using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.S3;
using Bickford.Renders.Skia;
using Bickford.Renders.Sora;
using Bickford.Renders.Videos;
using Bickford.Renders.Webhooks;
using Bickford.Renders.Worker.Presence;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Composition;

/// <summary>Puts the worker together from the settings: the only place that knows every part.</summary>
internal static class WorkerServices
{
    /// <param name="services">Where.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="engine">With the engine, which starts with the host.</param>
    /// <exception cref="SettingsException">The engine is wanted, but no provider is set.</exception>
    public static void AddWorker(this IServiceCollection services, WorkerSettings settings, bool engine)
    {
        if (engine && settings.Sora.BaseUrl is null)
            throw NoProvider.Missing;

        var builder = services
            .AddRenders(options => RenderOptionsBinding.Fill(options, settings))
            .UseDatabase(settings)
            .UseStore(settings)
            .UseSkia()
            .UseWebhooks(settings.Hooks, deliver: engine);
        if (settings.Sora.BaseUrl is null)
            services.AddSingleton<IVideosApi, NoProvider>();
        else
            builder.UseVideosApi(options => VideosApiBinding.Fill(options, settings.Sora));
        if (engine)
        {
            services.AddHostedService<SetBackGuard>();
            builder.UseEngine(settings);
        }
    }

    /// <summary>Makes folders and tables, and finds out whether they can be written.</summary>
    /// <exception cref="SettingsException">A folder cannot be written.</exception>
    public static async Task PrepareAsync(this IServiceProvider services, WorkerSettings settings, CancellationToken cancellationToken)
    {
        if (settings.DatabasePath is { } file)
            WritableFolder.Ensure("Database:ConnectionString", Path.GetDirectoryName(file)!);
        if (settings.StorageRoot is { } videos)
            WritableFolder.Ensure("Storage:Root", videos);
        WritableFolder.Ensure("Staging:Root", settings.StagingRoot);
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        if (settings.S3 is not null)
            await EnsureBucketAsync(services.GetRequiredService<S3VideoStore>(), cancellationToken);
    }

    // A bucket that does not work is a wrong setting at the start; later it is a fault that may heal.
    private static async Task EnsureBucketAsync(S3VideoStore store, CancellationToken cancellationToken)
    {
        try
        {
            await store.EnsureReadyAsync(cancellationToken);
        }
        catch (VideoStoreException e)
        {
            throw new SettingsException("Storage", e.Message);
        }
    }

    private static RendersBuilder UseStore(this RendersBuilder builder, WorkerSettings settings) =>
        settings.S3 is { } s3 ? builder.UseS3Store(s3) : builder.UseFileStore(settings.StorageRoot!);

    private static RendersBuilder UseDatabase(this RendersBuilder builder, WorkerSettings settings) =>
        settings.PostgreSql is { } connectionString ? builder.UsePostgreSql(connectionString) : builder.UseSqlite(settings.DatabasePath!);

    // Whether it is time is found out by one small question to the database.
    internal static TimeSpan AskForCleanupEvery(WorkerSettings settings, TimeSpan most) => settings.Retention.Every < most ? settings.Retention.Every : most;

    private static void UseEngine(this RendersBuilder builder, WorkerSettings settings)
    {
        var jobs = settings.Jobs;
        builder.Services.AddPresence(settings);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = jobs.DrainTimeout);
        if (jobs.UseHangfire)
        {
            HangfireBuild.UseEngine(builder, settings);
            return;
        }

        builder.UseQuartz(options =>
        {
            options.PostgreSql = settings.PostgreSql;
            options.ApiWorkers = jobs.ApiWorkers;
            options.TransferWorkers = jobs.TransferWorkers;
            options.ReconcileEvery = jobs.ReconcileEvery;
            options.SealEvery = settings.Ledger.SealEvery;
            options.CleanupEvery = AskForCleanupEvery(settings, TimeSpan.FromMinutes(1));
        });
    }
}
