using System.Data.Common;

namespace Bickford.Renders.Data;

/// <summary>Runs transactions. The database's errors leave it as one clear line each.</summary>
internal sealed class SqlDatabase(SqlDialect dialect, TimeProvider timeProvider)
{
    // Enough to outlive a deadlock and a restart's dead connections; a longer outage is the caller's to wait for.
    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    private delegate ValueTask<DbTransaction?> Begin(DbConnection connection, CancellationToken cancellationToken);

    public SqlDialect Dialect { get; } = dialect;

    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>Reads; each statement sees one moment of the database.</summary>
    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> action, CancellationToken cancellationToken) =>
        RetriedAsync(
            repeatable: true,
            async connection =>
            {
                await using var session = new SqlSession(connection, null, Dialect, cancellationToken);
                return await action(session);
            },
            cancellationToken);

    /// <summary>Writes all of it or nothing; durable when it returns.</summary>
    /// <param name="action">What to write.</param>
    /// <param name="repeatable">It may run again although its first run may have taken effect.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> action, bool repeatable, CancellationToken cancellationToken) =>
        WriteAsync(Dialect.BeginWriteAsync, action, repeatable, settles: true, cancellationToken);

    /// <summary>Writes one row with its events, or one statement; in as few round trips as the database can.</summary>
    /// <inheritdoc cref="WriteAsync{T}(Func{SqlSession, Task{T}}, bool, CancellationToken)"/>
    public Task<T> WriteRowAsync<T>(Func<SqlSession, Task<T>> action, bool repeatable, CancellationToken cancellationToken) =>
        WriteAsync(Dialect.BeginRowAsync, action, repeatable, settles: true, cancellationToken);

    /// <summary>
    /// Writes one statement that may go with a loss of power where that ends all that it speaks of, because every worker is on the machine of the database: leases, slots. There
    /// it does not wait for the disk.
    /// </summary>
    /// <inheritdoc cref="WriteAsync{T}(Func{SqlSession, Task{T}}, bool, CancellationToken)"/>
    public Task<T> WriteBriefAsync<T>(Func<SqlSession, Task<T>> action, bool repeatable, CancellationToken cancellationToken) =>
        WriteAsync(Dialect.BeginRowAsync, action, repeatable, settles: false, cancellationToken);

    /// <summary>Writes inside a caller's transaction, which stays open. Nothing is repeated: what failed, the caller rolls back.</summary>
    /// <exception cref="RenderRequestException">The transaction is of another database, or has ended.</exception>
    public Task<T> InsideAsync<T>(DbTransaction transaction, Func<SqlSession, Task<T>> action, CancellationToken cancellationToken)
    {
        var connection = Dialect.ConnectionOf(transaction)
            ?? throw new RenderRequestException("transaction", transaction.GetType().Name, $"an open {Dialect.TransactionKind} on the database of the renders; this one has ended, or is of another kind");
        return ExplainedAsync(() => action(new SqlSession(connection, transaction, Dialect, cancellationToken)));
    }

    /// <summary>A session that sees one moment until it is disposed.</summary>
    public Task<SqlSession> OpenSnapshotAsync(CancellationToken cancellationToken) =>
        RetriedAsync(
            repeatable: true,
            async connection => new SqlSession(connection, await Dialect.BeginReadAsync(connection, cancellationToken), Dialect, cancellationToken) { OwnsConnection = true },
            cancellationToken,
            keepsConnection: true);

    public async Task<T> ExplainedAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (DbException e)
        {
            throw Dialect.Explain(e);
        }
    }

    private async Task<T> WriteAsync<T>(Begin begin, Func<SqlSession, Task<T>> action, bool repeatable, bool settles, CancellationToken cancellationToken)
    {
        var result = await CommittedAsync(begin, action, repeatable, cancellationToken);
        // Also where nothing was written: what this one has seen, another may have committed a moment ago.
        if (settles)
            await Dialect.SettleAsync();
        return result;
    }

    private async Task<T> CommittedAsync<T>(Begin begin, Func<SqlSession, Task<T>> action, bool repeatable, CancellationToken cancellationToken)
    {
        if (Dialect.WriteGate is { } gate)
            await gate.WaitAsync(cancellationToken);
        try
        {
            return await RetriedAsync(
                repeatable,
                async connection =>
                {
                    await using var session = new SqlSession(connection, await begin(connection, cancellationToken), Dialect, cancellationToken);
                    var result = await action(session);
                    await session.CommitAsync();
                    return result;
                },
                cancellationToken);
        }
        finally
        {
            Dialect.WriteGate?.Release();
        }
    }

    /// <summary>
    /// Opens a connection and runs the action. Again when no connection could be had or the database rolled back by itself; when the connection was
    /// lost on the way only if the action may be repeated, for nobody knows whether it took effect. The connection is disposed once, and only here, unless the result keeps it.
    /// </summary>
    private Task<T> RetriedAsync<T>(bool repeatable, Func<DbConnection, Task<T>> action, CancellationToken cancellationToken, bool keepsConnection = false) =>
        ExplainedAsync(async () =>
        {
            for (var tries = 1; ; tries++)
            {
                DbConnection? connection = null;
                try
                {
                    connection = await Dialect.OpenAsync(cancellationToken);
                    var result = await action(connection);
                    if (keepsConnection)
                        connection = null;
                    return result;
                }
                catch (DbException e)
                {
                    var lost = Dialect.IsConnectionLost(e);
                    if (lost)
                        Dialect.ForgetConnections();
                    if (tries == Tries || !(Dialect.IsRolledBack(e) || (lost && (repeatable || connection is null))))
                        throw;
                }
                finally
                {
                    await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
                }

                await Task.Delay(FirstPause * Math.Pow(4, tries - 1), TimeProvider, cancellationToken);
            }
        });
}
