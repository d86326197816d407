using System.Data.Common;
using System.Globalization;
using Bickford.Renders.Ledger;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Data;

/// <summary>
/// SQLite: one file on one machine. Ids are lower-case text, times are ISO text in UTC with milliseconds (they sort as text, and a person
/// with the sqlite3 shell can read them), amounts are decimal text, JSON is text.
/// </summary>
internal sealed class SqliteDialect : SqlDialect
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private readonly SqliteLocation _location;
    private readonly SqliteConnections _connections;
    private readonly SqliteFlush _flush;

    public SqliteDialect(SqliteLocation location)
    {
        _location = location;
        _connections = new SqliteConnections(location.ConnectionString(SqliteOpenMode.ReadWrite));
        _flush = new SqliteFlush(location.Path);
    }

    public override string Name => "sqlite";

    public override string Schema => "";

    public override IReadOnlyDictionary<string, string> MigrationTokens { get; } = new Dictionary<string, string>
    {
        ["schema"] = "",
        ["uuid"] = "text",
        ["ordinal"] = "text",
        ["time"] = "text",
        ["json"] = "text",
        ["money"] = "text",
        ["bool"] = "integer",
        ["false"] = "0",
        ["bigint"] = "integer",
        ["identity"] = "integer PRIMARY KEY AUTOINCREMENT",
        ["strict"] = " STRICT",
    };

    public override string CreateSchemaSql => "";

    public override bool PositionsAreGapFree => true;

    public override string LastPositionSql => "SELECT max(seq) FROM sqlite_sequence WHERE name = 'ledger_events'";

    public override string TableExistsSql => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @table";

    public override string TimeOfScript => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    public override string Now => "@now";

    public override string LeaseEnd => "@until";

    public override string NowMicroseconds => "@now_us";

    public override SemaphoreSlim? WriteGate { get; } = new(1, 1);

    public override string Greatest(params ReadOnlySpan<string> expressions) => $"max({string.Join(", ", expressions)})";

    public override string Seconds(string expression) => $"julianday({expression}) * 86400.0";

    public override string SkipLocked => "";

    public override string Least(params ReadOnlySpan<string> expressions) => $"min({string.Join(", ", expressions)})";

    public override string HourOf(string column) => $"substr({column}, 1, 13) || ':00:00.000Z'";

    public override string DayOf(string column) => $"substr({column}, 1, 10)";

    public override string JoinEach(string column) => $"LEFT JOIN json_each({column}) AS each_one ON true";

    public override string JsonArrayHolds(string column, string parameter) =>
        $"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {parameter})";

    // SQLite's own lower() changes ASCII letters only.
    public override string HoldsText(string column, string parameter) => $"instr(lower({column}), lower({parameter})) > 0";

    public override string IsOneOf(string column, string parameter) => $"{column} IN {parameter}";

    public override bool Exists() => File.Exists(_location.Path);

    public override string Describe(DbConnection connection) => $"SQLite {connection.ServerVersion}, {_location.Path}";

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _location.CreateFolder();
        await using var connection = new SqliteConnection(_location.ConnectionString(SqliteOpenMode.ReadWriteCreate));
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync("PRAGMA busy_timeout = 30000");
        // Stays with the file: readers and the one writer do not block each other.
        var mode = await connection.ExecuteScalarAsync<string>("PRAGMA journal_mode = WAL");
        if (mode != "wal")
            throw new DatabaseException(ConnectionSetting, _location.Path, "a file on a local disk, where SQLite can share memory between processes", $"journal mode stays {mode}");
    }

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => await _connections.OpenAsync(cancellationToken);

    // One writer at a time: positions are given in the order of the commits.
    public override string? HorizonSql => null;

    public override ValueTask<DbTransaction?> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction?>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    // BEGIN IMMEDIATE: takes the file's one write lock now and waits for it, so that no later statement finds it taken.
    public override ValueTask<DbTransaction?> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction?>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    public override ValueTask<DbTransaction?> BeginRowAsync(DbConnection connection, CancellationToken cancellationToken) =>
        BeginWriteAsync(connection, cancellationToken);

    public override Task SettleAsync() => _flush.FlushAsync();

    // SQLite cannot write inside WITH; in its own process, a statement more costs next to nothing. Who writes has waited for all others.
    public override async Task<long?> WriteRowAsync(
        SqlSession session, string sql, TypedParameters parameters, IReadOnlyList<LedgerEvent> events, bool signal = false, bool counts = false)
    {
        // A caller may go on with his transaction after an error of ours: a row without its events must not be what he commits.
        await session.ExecuteAsync("SAVEPOINT renders_row");
        try
        {
            var written = await session.QueryAsync(sql + " RETURNING turn", row => row.Number("turn"), parameters);
            if (written.Count > 0)
                await LedgerTable.AppendAsync(session, this, events);
            await session.ExecuteAsync("RELEASE renders_row");
            return written.Count > 0 ? written[0] : null;
        }
        catch (DbException)
        {
            try
            {
                await session.ExecuteAsync("ROLLBACK TO renders_row; RELEASE renders_row");
            }
            catch (DbException)
            {
                // A full disk and its like end the whole transaction: there is nothing left to roll back.
            }

            throw;
        }
    }

    public override bool TryAddEvent(DbDataReader reader, EventPage page) => SqliteEvents.TryAdd((SqliteDataReader)reader, page);

    public override void RefuseOdd(DbDataReader reader, params ReadOnlySpan<int> columns) => SqliteEvents.RefuseOdd((SqliteDataReader)reader, columns);

    public override bool TryAddLeaf(DbDataReader reader, LeafPage page) => SqliteEvents.TryAdd((SqliteDataReader)reader, page);

    public override string TransactionKind => nameof(SqliteTransaction);

    // A transaction that has ended lets go of its connection.
    public override DbConnection? ConnectionOf(DbTransaction transaction) => (transaction as SqliteTransaction)?.Connection;

    // A transaction that writes has the only write lock there is.
    public override Task LockMigrationsAsync(SqlSession session) => Task.CompletedTask;

    public override Task LockStreamAsync(SqlSession session, string stream) => Task.CompletedTask;

    public override void Bind(DbCommand command, string sql, TypedParameters parameters)
    {
        var given = ((SqliteCommand)command).Parameters;
        foreach (var (name, _, value) in parameters.All)
        {
            // SQLite has no lists.
            if (value is Array list)
            {
                sql = sql.Replace("@" + name, $"({string.Join(", ", Enumerable.Range(0, list.Length).Select(i => $"@{name}{i}"))})", StringComparison.Ordinal);
                foreach (var (i, one) in list.Cast<object>().Index())
                    given.AddWithValue($"@{name}{i}", Stored(one));
            }
            else
            {
                given.AddWithValue("@" + name, Stored(value));
            }
        }

        command.CommandText = sql;

        object Stored(object? value) => value switch
        {
            null => DBNull.Value,
            Guid id => Value(id),
            DateTimeOffset time => Value(time),
            decimal amount => Value(amount),
            _ => value,
        };
    }

    public override object Value(Guid id) => id.ToString("D");

    public override object Values(Guid[] ids) => ids.Select(id => id.ToString("D")).ToArray();

    public override object Value(DateTimeOffset time) => LedgerHash.TimeText(time);

    public override object Value(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    public override Guid ToGuid(object value) => Guid.ParseExact(Text(value), "D");

    public override DateTimeOffset ToTime(object value) => DateTimeOffset.ParseExact(
        Text(value), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public override decimal ToDecimal(object value) => decimal.Parse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture);

    // It waits for locks itself, up to the busy timeout, and has no connection to lose.
    public override bool IsRolledBack(DbException error) => false;

    public override bool IsConnectionLost(DbException error) => false;

    public override DatabaseException Explain(DbException error) => _location.Explain(error);

    // Connections that wait for their next use keep the file open.
    public override void Dispose()
    {
        ForgetConnections();
        WriteGate?.Dispose();
    }

    public override void ForgetConnections() => _connections.Forget();

    private static string Text(object value) => value as string ?? throw new FormatException($"{value} is not a text");
}
