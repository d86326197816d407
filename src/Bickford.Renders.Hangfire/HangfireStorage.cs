using Hangfire.PostgreSql;
using Npgsql;

namespace Bickford.Renders.Hangfire;

/// <summary>Hangfire's storage in PostgreSQL, with the settings that start jobs in time and get over a crash within a minute.</summary>
internal static class HangfireStorage
{
    /// <summary>The connections of the work at once, and some for fetching, heartbeats, schedules and the dashboard.</summary>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static NpgsqlDataSource Connect(string connectionString, int workers)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var given = settings.Keys.Cast<string>().Select(key => key.Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // Hangfire asks the same hundred questions over and over: the server parses and plans each once a connection.
        if (!given.Contains("MaxAutoPrepare"))
            (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (100, 2);
        if (!given.Contains("NoResetOnClose"))
            settings.NoResetOnClose = true;
        if (!given.Contains("MaximumPoolSize") && !given.Contains("MaxPoolSize"))
            settings.MaxPoolSize = workers + 16;
        if (!given.Contains("ApplicationName"))
            settings.ApplicationName = "bickford-renders-hangfire";
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>Opens it and makes its schema if there is none. Any number of processes may do so at once.</summary>
    public static PostgreSqlStorage Open(NpgsqlDataSource source) => new QuickLockStorage(new DataSourceConnections(source), new PostgreSqlStorageOptions
    {
        // How long a job that another process enqueued waits at most. The default is 15 seconds.
        QueuePollInterval = TimeSpan.FromMilliseconds(250),
        // The job of a killed process runs again after this; a living one renews it. Without the sliding, it would be half an hour, and a longer transfer would be run twice.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromSeconds(30),
        // Locks are rows without an owner: a kill can leave one behind, and all that waits for it stands still this long. The default is 10 minutes.
        DistributedLockTimeout = TimeSpan.FromSeconds(30),
        // Can hang a worker that has fetched a job.
        EnableLongPolling = false,
        // A worker without its database must say so at the start.
        AllowDegradedModeWithoutStorage = false,
        StartupConnectionMaxRetries = 3,
        JobExpirationCheckInterval = TimeSpan.FromMinutes(5),
    });

    private sealed class DataSourceConnections(NpgsqlDataSource source) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();
    }
}
