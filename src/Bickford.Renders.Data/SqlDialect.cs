using System.Data.Common;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <summary>What differs between databases: connections, types of values, a few expressions, and how errors read. Everything else is written once.</summary>
internal abstract class SqlDialect : IDisposable
{
    /// <summary>The setting that names the database.</summary>
    public const string ConnectionSetting = "Database:ConnectionString";

    /// <summary>Part of the names of migrations that only this database runs, such as <c>sqlite</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What stands before the name of a table: <c>renders.</c> where the database has schemas, else nothing.</summary>
    public abstract string Schema { get; }

    /// <summary>Types and endings in the migrations that all databases share.</summary>
    public abstract IReadOnlyDictionary<string, string> MigrationTokens { get; }

    /// <summary>SQL that makes the schema where it is missing; empty where there are none.</summary>
    public abstract string CreateSchemaSql { get; }

    /// <summary>True if positions in the ledger have no gaps by the database's own doing, so that a gap is a removed event.</summary>
    public abstract bool PositionsAreGapFree { get; }

    /// <summary>One number: the newest position the database has ever given.</summary>
    public abstract string LastPositionSql { get; }

    /// <summary>One number: 1 if the table named <c>@table</c> exists, else 0.</summary>
    public abstract string TableExistsSql { get; }

    /// <summary>The database's own clock, as an expression without parameters; only for scripts that people run.</summary>
    public abstract string TimeOfScript { get; }

    /// <summary>The store's clock, as an expression; may use <c>@now</c>.</summary>
    public abstract string Now { get; }

    /// <summary>The store's clock plus the lease's duration, as an expression; may use <c>@until</c> and <c>@duration</c>.</summary>
    public abstract string LeaseEnd { get; }

    /// <summary>The store's clock in microseconds since 1970, as an expression; may use <c>@now_us</c>.</summary>
    public abstract string NowMicroseconds { get; }

    /// <summary>One writer at a time in this process, where the database wants it so.</summary>
    public abstract SemaphoreSlim? WriteGate { get; }

    /// <summary>The greatest of these expressions, none of which is null.</summary>
    public abstract string Greatest(params ReadOnlySpan<string> expressions);

    /// <summary>An expression: a time as seconds, to subtract another from.</summary>
    public abstract string Seconds(string expression);

    /// <summary>At the end of a query whose rows are about to be changed: takes those that nobody else changes at the moment.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>The least of these expressions, none of which is null.</summary>
    public abstract string Least(params ReadOnlySpan<string> expressions);

    /// <summary>The begin of the hour of this column's time, as a time; UTC.</summary>
    public abstract string HourOf(string column);

    /// <summary>The day of this column's time as a text such as 2026-01-31; UTC.</summary>
    public abstract string DayOf(string column);

    /// <summary>A join that gives a row for each text of the JSON array in this column, as <c>each_one.value</c>, and one with NULL where there is none.</summary>
    public abstract string JoinEach(string column);

    /// <summary>A condition: the JSON array in this column holds this text.</summary>
    public abstract string JsonArrayHolds(string column, string parameter);

    /// <summary>A condition: this column holds this text somewhere, case-insensitive for ASCII and for nothing else.</summary>
    public abstract string HoldsText(string column, string parameter);

    /// <summary>A condition: this column holds one of these texts; the parameter is a list.</summary>
    public abstract string IsOneOf(string column, string parameter);

    /// <summary>True if there is a database to open.</summary>
    public abstract bool Exists();

    /// <summary>What a connection leads to, for people; without secrets.</summary>
    /// <exception cref="DatabaseException">This program cannot work with it.</exception>
    public abstract string Describe(DbConnection connection);

    /// <summary>One number: the database's own clock in microseconds since 1970; null where it has none of its own.</summary>
    public virtual string? ClockSql => null;

    /// <summary>Finds out, in a transaction that could write, what beginning it has not shown.</summary>
    /// <exception cref="DatabaseException">The database may not be written, or not by this user.</exception>
    public virtual Task CheckRightsAsync(SqlSession session) => Task.CompletedTask;

    /// <summary>Makes the database where there is none, and gives it the settings that outlive a connection.</summary>
    public abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>An open connection with its session settings.</summary>
    public abstract Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>A transaction that sees one moment, for reading.</summary>
    public abstract ValueTask<DbTransaction?> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>A transaction that will write.</summary>
    public abstract ValueTask<DbTransaction?> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>A transaction for one <see cref="WriteRowAsync"/> or one statement; null where that is a transaction by itself.</summary>
    public abstract ValueTask<DbTransaction?> BeginRowAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Returns once all that was committed before is on the disk; at once where a commit waits for that by itself.</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>Writes one row of <c>renders</c> and, if it was written, appends its events.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="sql">An INSERT or UPDATE of at most one row, without RETURNING.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="events">The events, in order, all of this render.</param>
    /// <param name="signal">Tell listening workers about the row when the transaction commits, where the database can.</param>
    /// <param name="counts">The statement counts rows in flight: it sees all that others who count have committed, and they will see its own.</param>
    /// <returns>The row's turn; null if the statement wrote no row.</returns>
    public abstract Task<long?> WriteRowAsync(
        SqlSession session, string sql, TypedParameters parameters, IReadOnlyList<LedgerEvent> events, bool signal = false, bool counts = false);

    /// <summary>Writes the looks of several rows, each against its version, where the database can do that at once. They append nothing and keep no lease.</summary>
    /// <returns>The ids of the rows that were written; null: one by one is as quick.</returns>
    public virtual Task<IReadOnlyList<Guid>?> WriteLooksAsync(SqlSession session, IReadOnlyList<RowCommit> looks) => Task.FromResult<IReadOnlyList<Guid>?>(null);

    /// <summary>The newest position up to which no event can appear any more; null if that is every position an event can be read at.</summary>
    public abstract string? HorizonSql { get; }

    /// <summary>Adds the event that the reader stands on, of the columns <see cref="LedgerTable.All"/>, if they are plain; without an object for each value.</summary>
    /// <returns>False: they are not.</returns>
    public abstract bool TryAddEvent(DbDataReader reader, EventPage page);

    /// <summary>
    /// Refuses what reading the columns of an event as values would not show, where the database lets its owner put that there: another type that is taken for the right one, what
    /// follows a NUL character, another text of the same id.
    /// </summary>
    /// <exception cref="DatabaseException">One of the columns holds such.</exception>
    public virtual void RefuseOdd(DbDataReader reader, params ReadOnlySpan<int> columns)
    {
    }

    /// <summary>Adds the leaf that the reader stands on, of the columns <see cref="LedgerTable.Leaf"/>, if they are plain; without an object for each value.</summary>
    /// <returns>False: they are not.</returns>
    public abstract bool TryAddLeaf(DbDataReader reader, LeafPage page);

    /// <summary>How this database's library calls its transactions.</summary>
    public abstract string TransactionKind { get; }

    /// <summary>The connection of a caller's transaction; null if it is not one of this database's kind, or has ended.</summary>
    public abstract DbConnection? ConnectionOf(DbTransaction transaction);

    /// <summary>Keeps other migrators out until the transaction ends.</summary>
    public abstract Task LockMigrationsAsync(SqlSession session);

    /// <summary>Keeps other writers of a caller's stream out until the transaction ends.</summary>
    public abstract Task LockStreamAsync(SqlSession session, string stream);

    /// <summary>Gives a command its text and its parameters.</summary>
    /// <param name="command">A new one.</param>
    /// <param name="sql">The statement, with named parameters.</param>
    /// <param name="parameters">All that it names; what it does not name does no harm.</param>
    public abstract void Bind(DbCommand command, string sql, TypedParameters parameters);

    /// <summary>An id as a parameter's value.</summary>
    public abstract object Value(Guid id);

    /// <summary>Ids as the value of a parameter for <see cref="IsOneOf"/>.</summary>
    public abstract object Values(Guid[] ids);

    /// <summary>A time as a parameter's value.</summary>
    public abstract object Value(DateTimeOffset time);

    /// <summary>An amount as a parameter's value.</summary>
    public abstract object Value(decimal amount);

    /// <summary>A column's value as an id.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public abstract Guid ToGuid(object value);

    /// <summary>A column's value as a time.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public abstract DateTimeOffset ToTime(object value);

    /// <summary>A column's value as an amount.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public abstract decimal ToDecimal(object value);

    /// <summary>True if the transaction was rolled back for reasons that are gone when it is run again: a deadlock, a serialization failure.</summary>
    public abstract bool IsRolledBack(DbException error);

    /// <summary>True if the connection was lost or never made: what it was doing may have taken effect or not.</summary>
    public abstract bool IsConnectionLost(DbException error);

    /// <summary>Closes the connections that wait for use: they may be as dead as the one that was lost.</summary>
    public abstract void ForgetConnections();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The database's own error in one clear line.</summary>
    public abstract DatabaseException Explain(DbException error);
}
