using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Npgsql;

namespace Bickford.Renders.Data;

/// <summary>Rows, ledger and migrations over one database. Safe to use from many threads; many processes may open the same database.</summary>
public sealed class RenderDatabase : IDisposable
{
    private readonly SqlDialect _dialect;

    internal RenderDatabase(SqlDialect dialect, TimeProvider timeProvider)
    {
        _dialect = dialect;
        Core = new SqlDatabase(dialect, timeProvider);
        Store = new SqlRenderStore(Core);
        Gate = new SqlProviderGate(Core);
        Spending = new SqlSpending(Core);
        Ledger = new SqlLedger(Core);
        Seals = new SqlLedgerSeals(Core);
        Cleanup = new SqlCleanupStore(Core);
        Upkeep = new SqlUpkeepLease(Core);
        Hooks = new SqlHookStore(Core);
        ApiKeys = new SqlApiKeys(Core);
        PageKeys = new SqlPageKeys(Core);
        Views = new SqlRenderViews(Core);
        Readings = new SqlRenderReadings(Core);
        Workers = new SqlWorkerRegister(Core);
        Migrator = new DatabaseMigrator(Core);
        Checkup = new DatabaseCheckup(Core);
        Signal = dialect is PostgreSqlDialect postgreSql ? new PostgreSqlSignal(Core, postgreSql.Source) : new SqliteSignal(Core);
    }

    /// <summary>The rows.</summary>
    public IRenderStore Store { get; }

    /// <summary>What all workers share about the provider.</summary>
    public IProviderGate Gate { get; }

    /// <summary>What was spent.</summary>
    public ISpending Spending { get; }

    /// <summary>The ledger.</summary>
    public ILedger Ledger { get; }

    /// <summary>The ledger's seals.</summary>
    public ILedgerSeals Seals { get; }

    /// <summary>What clean-up asks of the rows.</summary>
    public ICleanupStore Cleanup { get; }

    /// <summary>Leases on upkeep.</summary>
    public IUpkeepLease Upkeep { get; }

    /// <summary>Where hooks stand.</summary>
    public IHookStore Hooks { get; }

    /// <summary>The keys by which programs come in.</summary>
    public IApiKeys ApiKeys { get; }

    /// <summary>What workers seal cookies and forms with.</summary>
    public IPageKeys PageKeys { get; }

    /// <summary>What pages and reports ask of the rows.</summary>
    public IRenderViews Views { get; }

    /// <summary>How everything stands, for charts and alerts.</summary>
    public IRenderReadings Readings { get; }

    /// <summary>Which workers are alive.</summary>
    public IWorkerRegister Workers { get; }

    /// <summary>Brings the schema up to date; to be run before anything else.</summary>
    public DatabaseMigrator Migrator { get; }

    /// <summary>Whether the database can be used.</summary>
    public DatabaseCheckup Checkup { get; }

    internal SqlDatabase Core { get; }

    internal IRenderSignal Signal { get; }

    /// <summary>A SQLite file. Opens nothing yet.</summary>
    /// <param name="connectionStringOrPath">A path, or a connection string with <c>Data Source</c>. Other keywords go to Microsoft.Data.Sqlite.</param>
    /// <param name="timeProvider">The store's clock: leases go by it.</param>
    /// <exception cref="DatabaseException">It does not name a file on disk.</exception>
    public static RenderDatabase Sqlite(string connectionStringOrPath, TimeProvider timeProvider) =>
        Sqlite(SqliteLocation.Parse(connectionStringOrPath), timeProvider);

    /// <summary>A PostgreSQL database, version 14 or later; tables in the schema <c>renders</c>. Connects nowhere yet.</summary>
    /// <param name="connectionString">As Npgsql reads it. Without them it gets <c>Max Auto Prepare=100</c>, <c>Auto Prepare Min Usages=2</c> and <c>Maximum Pool Size=20</c>.</param>
    /// <param name="timeProvider">The clock of callers' ledger events; leases go by the database's own.</param>
    /// <exception cref="DatabaseException">It is no connection string, or names no host.</exception>
    public static RenderDatabase PostgreSql(string connectionString, TimeProvider timeProvider) =>
        new(new PostgreSqlDialect(PostgreSqlServer.Parse(connectionString)), timeProvider);

    /// <summary>A PostgreSQL database, over connections that somebody else set up; they are not disposed with this.</summary>
    /// <inheritdoc cref="PostgreSql(string, TimeProvider)"/>
    /// <param name="dataSource">Where connections come from; statements are prepared if it says <c>Max Auto Prepare</c>.</param>
    /// <param name="timeProvider">The clock of callers' ledger events; leases go by the database's own.</param>
    public static RenderDatabase PostgreSql(NpgsqlDataSource dataSource, TimeProvider timeProvider) =>
        new(new PostgreSqlDialect(PostgreSqlServer.Of(dataSource)), timeProvider);

    internal static RenderDatabase Sqlite(SqliteLocation location, TimeProvider timeProvider) =>
        new(new SqliteDialect(location), timeProvider);

    /// <summary>Closes the connections that are kept open.</summary>
    public void Dispose() => _dialect.Dispose();
}
