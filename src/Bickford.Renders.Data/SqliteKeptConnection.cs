using System.Data;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Bickford.Renders.Data;

/// <summary>A connection that keeps what it has compiled. Disposed, it goes back to where it came from; only closed, or not wanted there, it ends.</summary>
/// <param name="connectionString">The file, and how it is opened.</param>
/// <param name="back">Takes it back; false when it is not wanted.</param>
internal sealed class SqliteKeptConnection(string connectionString, Func<SqliteKeptConnection, bool> back) : SqliteConnection(connectionString)
{
    // The program's own statements, and some of each shape that lists and filters give them.
    private const int MostStatements = 250;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public override SqliteCommand CreateCommand() =>
        new KeptCommand(this) { CommandTimeout = DefaultTimeout, Transaction = Transaction };

    protected override void Dispose(bool disposing)
    {
        // In the middle of a transaction, nothing that follows may become a part of it.
        var isIdle = disposing && State == ConnectionState.Open && raw.sqlite3_get_autocommit(Handle) != 0;
        if (!isIdle || !back(this))
            base.Dispose(disposing);
    }

    // Closing lets go of every statement.
    public override void Close()
    {
        base.Close();
        _statements.Clear();
    }

    private SqliteDataReader Execute(KeptCommand command, CommandBehavior behavior)
    {
        if (!_statements.TryGetValue(command.CommandText, out var statement))
            _statements.Add(command.CommandText, statement = Compiled(command.CommandText));
        if (statement.IsBusy)
            return command.ExecuteItself(behavior);
        try
        {
            return statement.Execute(command, behavior);
        }
        catch
        {
            // In whatever state that left it, nobody meets it again.
            _statements.Remove(command.CommandText);
            statement.Dispose();
            throw;
        }
    }

    private Statement Compiled(string sql)
    {
        if (_statements.Count >= MostStatements)
        {
            foreach (var (text, idle) in _statements.Where(pair => !pair.Value.IsBusy).ToList())
            {
                _statements.Remove(text);
                idle.Dispose();
            }
        }

        return new Statement(new SqliteCommand(sql, this));
    }

    private sealed class Statement(SqliteCommand compiled) : IDisposable
    {
        private SqliteDataReader? _reader;

        public bool IsBusy => _reader is { IsClosed: false };

        public SqliteDataReader Execute(SqliteCommand command, CommandBehavior behavior)
        {
            compiled.Parameters.Clear();
            foreach (SqliteParameter parameter in command.Parameters)
                compiled.Parameters.Add(parameter);
            compiled.Transaction = command.Transaction;
            compiled.CommandTimeout = command.CommandTimeout;
            return _reader = compiled.ExecuteReader(behavior);
        }

        public void Dispose() => compiled.Dispose();
    }

    private sealed class KeptCommand(SqliteKeptConnection connection) : SqliteCommand
    {
        // The library keeps a list of a connection's commands, and goes through all of it whenever one ends. This one has compiled nothing that the connection would have to know of.
        public override SqliteConnection? Connection
        {
            get => connection;
            set => throw new NotSupportedException("a command of one connection only");
        }

        public override SqliteDataReader ExecuteReader(CommandBehavior behavior) => connection.Execute(this, behavior);

        public override int ExecuteNonQuery()
        {
            var reader = ExecuteReader(CommandBehavior.Default);
            reader.Dispose();
            return reader.RecordsAffected;
        }

        public override object? ExecuteScalar()
        {
            using var reader = ExecuteReader(CommandBehavior.Default);
            return reader.Read() ? reader.GetValue(0) : null;
        }

        public SqliteDataReader ExecuteItself(CommandBehavior behavior)
        {
            base.Connection = connection;
            return base.ExecuteReader(behavior);
        }
    }
}
