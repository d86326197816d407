using System.Data.Common;
using System.Transactions;
using Bickford.Renders.Ledger;
using Npgsql;

namespace Bickford.Renders.Data;

/// <summary>
/// PostgreSQL 14 and later: a schema of its own, the database's own types, and its clock for leases. Everything is written for READ
/// COMMITTED, where a statement that waited for another writer sees what that one committed; where a server's default is stricter, it fails instead and is run again.
/// </summary>
/// <param name="server">The server and the database.</param>
/// <param name="clock">The clock that leases go by, as an expression.</param>
internal sealed partial class PostgreSqlDialect(PostgreSqlServer server, string clock = "clock_timestamp()") : SqlDialect
{
    /// <summary>The channel that listening workers hear of new rows on.</summary>
    public const string Channel = "renders_due";

    /// <summary>Number of the lock on migrations: it must only differ from what others lock in the same database.</summary>
    public const long MigrationLock = 0x72656e6465727301;


    public override string Name => "postgresql";

    public override string Schema => "renders.";

    public override IReadOnlyDictionary<string, string> MigrationTokens { get; } = new Dictionary<string, string>
    {
        ["schema"] = "renders.",
        ["uuid"] = "uuid",
        ["ordinal"] = "text COLLATE \"C\"",
        ["time"] = "timestamptz",
        ["json"] = "jsonb",
        ["money"] = "numeric",
        ["bool"] = "boolean",
        ["false"] = "false",
        ["bigint"] = "bigint",
        ["identity"] = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        ["strict"] = "",
    };

    // IF NOT EXISTS would want the right to create schemas even where a DBA has made this one.
    public override string CreateSchemaSql => "DO $$ BEGIN IF to_regnamespace('renders') IS NULL THEN CREATE SCHEMA renders; END IF; END $$;\n";

    // A position that was given to a transaction that rolled back is never given again.
    public override bool PositionsAreGapFree => false;

    public override string LastPositionSql => "SELECT renders.ledger_last_position()";

    public override string? HorizonSql => "SELECT renders.ledger_horizon()";

    // 1 as well where there is no such table yet: whoever makes it owns it.
    private const string MayWriteSql =
        """
        SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'renders' AND c.relname = 'renders')
            OR (has_schema_privilege('renders', 'USAGE') AND (SELECT bool_and(has_table_privilege(c.oid, need)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS need WHERE n.nspname = 'renders' AND c.relname = 'renders')) THEN 1 ELSE 0 END
        """;

    public override string TableExistsSql => "SELECT CASE WHEN to_regclass('renders.' || @table) IS NULL THEN 0 ELSE 1 END";

    public override string TimeOfScript => "date_trunc('milliseconds', now())";

    public override string Now => clock;

    public override string LeaseEnd => $"date_trunc('milliseconds', {clock} + @duration)";

    public override string NowMicroseconds => $"(extract(epoch FROM {clock}) * 1000000)::bigint";

    public override SemaphoreSlim? WriteGate => null;

    public NpgsqlDataSource Source => server.Source;

    public override string Greatest(params ReadOnlySpan<string> expressions) => $"greatest({string.Join(", ", expressions)})";

    public override string Seconds(string expression) => $"extract(epoch FROM {expression})";

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public override string Least(params ReadOnlySpan<string> expressions) => $"least({string.Join(", ", expressions)})";

    public override string HourOf(string column) => $"date_trunc('hour', {column}, 'UTC')";

    public override string DayOf(string column) => $"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

    public override string JoinEach(string column) => $"LEFT JOIN LATERAL jsonb_array_elements_text({column}) AS each_one (value) ON true";

    public override string JsonArrayHolds(string column, string parameter) => $"{column} @> to_jsonb({parameter}::text)";

    // In the C collation lower() changes ASCII letters only.
    public override string HoldsText(string column, string parameter) => $"strpos(lower({column} COLLATE \"C\"), lower({parameter} COLLATE \"C\")) > 0";

    public override string IsOneOf(string column, string parameter) => $"{column} = ANY({parameter})";

    public override bool Exists() => true;

    public override string Describe(DbConnection connection)
    {
        var open = (NpgsqlConnection)connection;
        server.Check(open.PostgreSqlVersion, open.PostgresParameters.GetValueOrDefault("server_encoding"));
        return $"PostgreSQL {open.PostgreSqlVersion}, {server.Shown}";
    }

    public override string ClockSql => $"SELECT {NowMicroseconds}";

    public override async Task CheckRightsAsync(SqlSession session)
    {
        if (await session.NumberAsync("SELECT CASE WHEN current_setting('transaction_read_only') = 'on' THEN 1 ELSE 0 END") == 1)
            throw new DatabaseException(ConnectionSetting, server.Shown, "a server that may be written", "this one is read-only or a standby");
        if (await session.NumberAsync("SELECT CASE WHEN to_regnamespace('renders') IS NOT NULL OR has_database_privilege(current_database(), 'CREATE') THEN 1 ELSE 0 END") == 0)
            throw new DatabaseException(ConnectionSetting, server.Shown, "a user who may create schemas in this database, or one that an administrator made with the script of 'renders db script'", "there is no schema 'renders' yet");
        if (await session.NumberAsync(MayWriteSql) == 0)
            throw new DatabaseException(ConnectionSetting, server.Shown, "a user with the rights: the owner of the schema 'renders', or one who was granted usage of it and rights on its tables", "it may not read and write the table of renders");
    }

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        Describe(connection);
    }

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        // A caller's ambient transaction is not ours: who wants a render inside his transaction passes it.
        using var outside = Transaction.Current is null ? null : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        var connection = await server.Source.OpenConnectionAsync(cancellationToken);
        outside?.Complete();
        return connection;
    }

    public override async ValueTask<DbTransaction?> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);

    public override async ValueTask<DbTransaction?> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);

    // One statement is a transaction: it commits with its own answer, and needs no round trip to begin or to end.
    public override ValueTask<DbTransaction?> BeginRowAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction?>(null);

    public override bool TryAddEvent(DbDataReader reader, EventPage page) => PostgreSqlEvents.TryAdd(reader, page);

    public override bool TryAddLeaf(DbDataReader reader, LeafPage page) => PostgreSqlEvents.TryAdd(reader, page);

    public override string TransactionKind => nameof(NpgsqlTransaction);

    public override DbConnection? ConnectionOf(DbTransaction transaction)
    {
        try
        {
            // Asking a transaction that has ended for its level is an error. Npgsql would run our statement all the same: outside of it.
            return transaction is NpgsqlTransaction { IsolationLevel: not System.Data.IsolationLevel.Unspecified } open ? open.Connection : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public override Task LockMigrationsAsync(SqlSession session) =>
        session.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = MigrationLock });

    // Two streams whose names have the same hash wait for each other without need, and that is all.
    public override Task LockStreamAsync(SqlSession session, string stream) =>
        session.ExecuteAsync("SELECT pg_advisory_xact_lock(@space, hashtext(@stream))", new { space = StreamLock, stream });

    public override object Value(Guid id) => id;

    public override object Values(Guid[] ids) => ids;

    public override object Value(DateTimeOffset time) => LedgerChain.WholeMilliseconds(time);

    public override object Value(decimal amount) => amount;

    public override Guid ToGuid(object value) => value is Guid id ? id : throw new FormatException("it is no uuid");

    public override DateTimeOffset ToTime(object value) =>
        value is DateTime { Kind: DateTimeKind.Utc } time ? new DateTimeOffset(time) : throw new FormatException("it is no timestamptz");

    public override decimal ToDecimal(object value) => value is decimal amount ? amount : throw new FormatException("it is no numeric");

    public override bool IsRolledBack(DbException error) =>
        error.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    public override bool IsConnectionLost(DbException error) => error switch
    {
        PostgresException e => e.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            || e.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException } => true,
        _ => false,
    };

    public override void ForgetConnections() => server.Source.Clear();

    public override DatabaseException Explain(DbException error) => server.Explain(error);

    public override void Dispose() => server.Dispose();
}
