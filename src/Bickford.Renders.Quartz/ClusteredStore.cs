using Npgsql;
using Quartz;

namespace Bickford.Renders.Quartz;

/// <summary>
/// Quartz's job store in PostgreSQL, shared by many processes: how it is set up, and what Quartz would ask one row at a time. The
/// tables are made by the migrations of Bickford.Renders.Data.
/// </summary>
internal sealed class ClusteredStore(NpgsqlDataSource source) : IAsyncDisposable, IDisposable
{
    private const string TablePrefix = "renders.qrtz_";

    /// <summary>Sets up a scheduler's store.</summary>
    public static void Use(IQuartzBuilder quartz, Func<IServiceProvider, NpgsqlDataSource> source)
    {
        quartz.UsePersistentStore(store =>
        {
            store.ConfigureStore(options =>
            {
                options.TablePrefix = TablePrefix;
                options.StoreJobDataAsStrings = true;
                options.MisfireThreshold = TimeSpan.FromDays(1);
                options.AcceptEnlistedTransactions = true;
                // Keys are unique, so the primary key does what the cluster-wide lock would.
                options.LockOnInsert = false;
                // Without it, a firing that the shutdown cuts off is simply gone.
                options.RecoverFiringsCancelledByShutdown = true;
                // After a restart of the database, go on within a second and not after the default of 15.
                options.DbRetryInterval = TimeSpan.FromSeconds(1);
            });
            store.UsePostgres(database => database.DataSourceFactory = source);
            store.UseSystemTextJsonSerializer();
            // A process that was killed is found out, and its jobs are run by the others, after 4 to 7 seconds.
            store.UseClustering(cluster =>
            {
                cluster.CheckinInterval = TimeSpan.FromSeconds(2);
                cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(4);
            });
        });
        // At the default of 30 seconds, what another process asked for would wait that long while this one is idle.
        quartz.ConfigureScheduler(scheduler => scheduler.IdleWaitTime = TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// Which of these triggers are stored, and whether Quartz has given them up, in one round trip: asked one by one, a backlog that every process's reconcile
    /// hands over again would cost more than the work itself.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, bool>> StoredAsync(string scheduler, string[] names, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"SELECT trigger_name, trigger_state = 'ERROR' FROM {TablePrefix}triggers WHERE sched_name = $1 AND trigger_group = $2 AND trigger_name = ANY ($3)");
        command.Parameters.AddWithValue(scheduler);
        command.Parameters.AddWithValue(TriggerKey.DefaultGroup);
        command.Parameters.AddWithValue(names);
        var stored = new Dictionary<string, bool>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            stored[reader.GetString(0)] = reader.GetBoolean(1);
        return stored;
    }

    /// <summary>Forgets what Quartz has given up, and would keep for ever: reconcile asks again for whatever is still open.</summary>
    public async Task<int> ForgetGivenUpAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"DELETE FROM {TablePrefix}triggers WHERE sched_name = ANY ($1) AND trigger_state = 'ERROR'");
        command.Parameters.AddWithValue(new[] { QuartzEngine.Creates, QuartzEngine.Api, QuartzEngine.Transfers });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    public void Dispose() => source.Dispose();

    /// <summary>Two processes asked for the same job at the same moment.</summary>
    public static bool IsDuplicate(SchedulerException e) =>
        e is ObjectAlreadyExistsException || e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>The connections: those of the work at once, and some for acquiring, check-ins and asking.</summary>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static NpgsqlDataSource Connect(string connectionString, int workers)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var given = settings.Keys.Cast<string>().Select(key => key.Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // Quartz asks some fifty different questions over and over: the server parses and plans each once a connection.
        if (!given.Contains("MaxAutoPrepare"))
            settings.MaxAutoPrepare = 100;
        if (!given.Contains("AutoPrepareMinUsages"))
            settings.AutoPrepareMinUsages = 2;
        if (!given.Contains("MaximumPoolSize") && !given.Contains("MaxPoolSize"))
            settings.MaxPoolSize = workers + 10;
        // Quartz sets nothing on a connection that outlives its use: the seven statements that put all back would come before each of its transactions.
        if (!given.Contains("NoResetOnClose"))
            settings.NoResetOnClose = true;
        if (!given.Contains("ApplicationName"))
            settings.ApplicationName = "renders jobs";
        return NpgsqlDataSource.Create(settings);
    }
}
