using System.Data.Common;
using System.Globalization;
using Bickford.Renders.Ledger;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Bickford.Renders.Benchmarks;

/// <summary>Prepared inserts in one transaction.</summary>
internal sealed class SqliteCloneWriter(string path) : CloneWriter
{
    private readonly SqliteConnection _connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());

    protected override string Schema => "";

    protected override string CreateTable => "CREATE TEMP TABLE clones (id text, video_id text, due_at text, ledger_hash text)";

    public override ValueTask DisposeAsync() => _connection.DisposeAsync();

    protected override async Task<DbConnection> ConnectAsync()
    {
        if (_connection.State != System.Data.ConnectionState.Open)
            await _connection.OpenAsync();
        return _connection;
    }

    protected override Task WriteRowsAsync(DbTransaction transaction, IEnumerable<(Guid Id, string VideoId, DateTimeOffset? DueAt, string Hash)> rows) => InsertAsync(
        transaction, "clones", "id, video_id, due_at, ledger_hash",
        rows.Select(row => new object?[] { row.Id.ToString("D"), row.VideoId, row.DueAt is { } due ? LedgerHash.TimeText(due) : null, row.Hash }));

    protected override Task WriteEventsAsync(DbTransaction transaction, IEnumerable<LedgerEvent> events) => InsertAsync(
        transaction, "ledger_events", EventColumns,
        events.Select(e => new object?[]
        {
            e.EventId.ToString("D"), e.Stream, e.RenderId?.ToString("D"), e.RenderSeq, e.Type, LedgerHash.TimeText(e.OccurredAt), e.Payload, e.PrevHash, e.Hash,
        }));

    private async Task InsertAsync(DbTransaction transaction, string table, string columns, IEnumerable<object?[]> rows)
    {
        await using var insert = _connection.CreateCommand();
        insert.Transaction = (SqliteTransaction)transaction;
        var count = columns.Split(',').Length;
        for (var i = 0; i < count; i++)
            insert.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{i}") });
        insert.CommandText = $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", insert.Parameters.Cast<SqliteParameter>().Select(parameter => parameter.ParameterName))})";
        foreach (var row in rows)
        {
            for (var i = 0; i < count; i++)
                insert.Parameters[i].Value = row[i] ?? DBNull.Value;
            await insert.ExecuteNonQueryAsync();
        }
    }
}

/// <summary>COPY.</summary>
internal sealed class PostgreSqlCloneWriter(string connectionString) : CloneWriter
{
    private readonly NpgsqlConnection _connection = new(connectionString + ";Pooling=false;Command Timeout=600");

    protected override string Schema => "renders.";

    protected override string CreateTable => "CREATE TEMP TABLE clones (id uuid, video_id text, due_at timestamptz, ledger_hash text)";

    public override ValueTask DisposeAsync() => _connection.DisposeAsync();

    protected override async Task<DbConnection> ConnectAsync()
    {
        if (_connection.State != System.Data.ConnectionState.Open)
            await _connection.OpenAsync();
        return _connection;
    }

    protected override async Task WriteRowsAsync(DbTransaction transaction, IEnumerable<(Guid Id, string VideoId, DateTimeOffset? DueAt, string Hash)> rows)
    {
        await using var copy = await _connection.BeginBinaryImportAsync("COPY clones (id, video_id, due_at, ledger_hash) FROM STDIN (FORMAT binary)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid);
            await copy.WriteAsync(row.VideoId, NpgsqlDbType.Text);
            if (row.DueAt is { } due)
                await copy.WriteAsync(due.UtcDateTime, NpgsqlDbType.TimestampTz);
            else
                await copy.WriteNullAsync();
            await copy.WriteAsync(row.Hash, NpgsqlDbType.Text);
        }

        await copy.CompleteAsync();
    }

    protected override async Task WriteEventsAsync(DbTransaction transaction, IEnumerable<LedgerEvent> events)
    {
        await using var copy = await _connection.BeginBinaryImportAsync($"COPY renders.ledger_events ({EventColumns}) FROM STDIN (FORMAT binary)");
        foreach (var e in events)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(e.EventId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(e.Stream, NpgsqlDbType.Text);
            await copy.WriteAsync(e.RenderId!.Value, NpgsqlDbType.Uuid);
            await copy.WriteAsync(e.RenderSeq, NpgsqlDbType.Bigint);
            await copy.WriteAsync(e.Type, NpgsqlDbType.Text);
            await copy.WriteAsync(e.OccurredAt.UtcDateTime, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(e.Payload, NpgsqlDbType.Text);
            await copy.WriteAsync(e.PrevHash, NpgsqlDbType.Text);
            await copy.WriteAsync(e.Hash, NpgsqlDbType.Text);
        }

        await copy.CompleteAsync();
    }
}
