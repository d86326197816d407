using Dapper;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Data;

/// <summary>
/// Connections to one SQLite file. Who is done with one leaves it open for the next, with the statements it has compiled: to compile a statement takes about as long as to run it.
/// </summary>
/// <param name="connectionString">The file, and how it is opened.</param>
internal sealed class SqliteConnections(string connectionString)
{
    // As many as are in use at once in a busy worker; more are closed when they come back.
    private const int MostIdle = 8;

    private readonly Lock _lock = new();
    private readonly Stack<SqliteKeptConnection> _idle = [];

    // Counts the times that all were forgotten: what was out then is closed when it comes back.
    private int _generation;

    /// <summary>One that nobody else uses until it is disposed, which must happen once.</summary>
    public async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int generation;
        lock (_lock)
        {
            if (_idle.TryPop(out var idle))
                return idle;
            generation = _generation;
        }

        var connection = new SqliteKeptConnection(connectionString, back => TryKeep(back, generation));
        try
        {
            await connection.OpenAsync(cancellationToken);
            // NORMAL keeps the database whole; that a commit is on the disk is what SettleAsync waits for.
            await connection.ExecuteAsync("PRAGMA busy_timeout = 30000; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
            return connection;
        }
        catch
        {
            connection.Close();
            throw;
        }
    }

    /// <summary>Closes those that wait, and those in use when they come back.</summary>
    public void Forget()
    {
        SqliteKeptConnection[] idle;
        lock (_lock)
        {
            _generation++;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in idle)
            connection.Close();
    }

    private bool TryKeep(SqliteKeptConnection connection, int generation)
    {
        lock (_lock)
        {
            if (generation != _generation || _idle.Count >= MostIdle)
                return false;
            _idle.Push(connection);
            return true;
        }
    }
}
