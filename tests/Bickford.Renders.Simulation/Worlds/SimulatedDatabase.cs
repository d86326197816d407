using System.Data.Common;
using Bickford.Renders.Data;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Simulation.Worlds;

/// <summary>A real SQLite database in memory, with the real schema; and plain SQL on it for whoever checks.</summary>
internal sealed class SimulatedDatabase : IDisposable
{
    // One world at a time, and the same name for all: the product's libraries keep what they have made of a statement by the connection's text.
    private const string ConnectionString = "Data Source=/simulated;Vfs=memdb";

    private static readonly Lock Migrating = new();
    private static SqliteConnection? s_template;

    private readonly SqliteConnection _connection;
    private readonly List<RenderDatabase> _opened = [];
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public SimulatedDatabase()
    {
        _connection = new SqliteConnection(ConnectionString + ";Pooling=False");
        _connection.Open();
        lock (Migrating)
            (s_template ??= Migrated()).BackupDatabase(_connection);
    }

    /// <summary>The database as one process sees it. It stays open to the end of the world: who dies closes nothing.</summary>
    public RenderDatabase OpenFor(TimeProvider time)
    {
        var database = RenderDatabase.Sqlite(ConnectionString, time);
        _opened.Add(database);
        return database;
    }

    /// <summary>A connection of somebody else's; it is not pooled.</summary>
    public static SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString + ";Pooling=False");
        connection.Open();
        return connection;
    }

    public List<T> Query<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Command(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    public long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Query(sql, row => row.GetInt64(0), parameters)[0];

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _opened.ForEach(database => database.Dispose());
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }

        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    private static SqliteConnection Migrated()
    {
        var connection = new SqliteConnection("Data Source=/simulated-template;Vfs=memdb;Pooling=False");
        connection.Open();
        using var database = RenderDatabase.Sqlite("Data Source=/simulated-template;Vfs=memdb", TimeProvider.System);
        using var command = connection.CreateCommand();
        command.CommandText = database.Migrator.Script();
        command.ExecuteNonQuery();
        return connection;
    }
}
