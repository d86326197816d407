using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Bickford.Renders.Benchmarks;

/// <summary>How many of the smallest commits the database makes durable in a second, by a bare loop: the reference of all that commits.</summary>
internal static class BareCommits
{
    private const string Table = "CREATE TABLE IF NOT EXISTS bare_commits (id integer PRIMARY KEY, n integer NOT NULL)";

    /// <param name="postgres">The database; null for a SQLite file beside the worker's.</param>
    /// <param name="folder">Where that is.</param>
    /// <param name="commits">How many.</param>
    /// <param name="callers">How many at once, each with a row of its own. SQLite has one writer at a time, so there one loop is all.</param>
    /// <returns>Commits a second.</returns>
    public static async Task<double> RateAsync(string? postgres, string folder, int commits, int callers)
    {
        if (postgres is null)
            callers = 1;
        await using var source = postgres is null ? null : NpgsqlDataSource.Create(postgres + ";Max Auto Prepare=5;Auto Prepare Min Usages=1");
        var connections = new List<DbConnection>();
        try
        {
            for (var i = 0; i < callers; i++)
                connections.Add(source is null ? await OpenSqliteAsync(folder) : await source.OpenConnectionAsync());
            await ExecuteAsync(connections[0], Table);
            for (var i = 0; i < callers; i++)
                await ExecuteAsync(connections[0], string.Create(CultureInfo.InvariantCulture, $"INSERT INTO bare_commits VALUES ({i}, 0) ON CONFLICT DO NOTHING"));

            var each = Math.Max(1, commits / callers);
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(connections.Select((connection, i) => Task.Run(() => CommitAsync(connection, i, each))));
            return each * callers / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }

    private static async Task CommitAsync(DbConnection connection, int id, int commits)
    {
        await using var update = connection.CreateCommand();
        update.CommandText = string.Create(CultureInfo.InvariantCulture, $"UPDATE bare_commits SET n = n + 1 WHERE id = {id}");
        for (var i = 0; i < commits; i++)
            await update.ExecuteNonQueryAsync();
    }

    // In the log mode of the worker's database; FULL takes each commit to the disk.
    private static async Task<DbConnection> OpenSqliteAsync(string folder)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "bare.db"), Pooling = false }.ToString());
        await connection.OpenAsync();
        await ExecuteAsync(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        return connection;
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
