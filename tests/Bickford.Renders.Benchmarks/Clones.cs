using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Bickford.Renders.Benchmarks;

/// <summary>What a clone has of its own, besides its id.</summary>
/// <param name="VideoId">The provider's id of its video.</param>
/// <param name="DueAt">When its next step is due; null where it has none.</param>
internal sealed record CloneOf(string VideoId, DateTimeOffset? DueAt);

/// <summary>
/// Many renders like one that a worker brought to where it stands: its row and its events again, under ids of their own and with chains of their own, written past the worker because
/// making a hundred thousand the usual way takes an hour. The ledger verifies with them.
/// </summary>
internal sealed class Clones(World world, string? postgres)
{
    private const int Block = 5_000;

    /// <summary>The database, for reading past the worker.</summary>
    public RenderDatabase Open() => Open(world, postgres);

    /// <summary>The database of a world.</summary>
    public static RenderDatabase Open(World world, string? postgres) =>
        postgres is null ? RenderDatabase.Sqlite(world.DatabasePath, TimeProvider.System) : RenderDatabase.PostgreSql(postgres, TimeProvider.System);

    /// <summary>A connection of one's own to the database of a world.</summary>
    public static async Task<DbConnection> ConnectAsync(World world, string? postgres)
    {
        DbConnection connection = postgres is null
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = world.DatabasePath, Pooling = false, DefaultTimeout = 600 }.ToString())
            : new NpgsqlConnection(postgres + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <param name="like">The render to be cloned.</param>
    /// <param name="count">How often.</param>
    /// <param name="clone">What the clone of a number, from 0, has of its own.</param>
    /// <returns>How many events the ledger has more.</returns>
    public async Task<long> AddAsync(Guid like, int count, Func<int, CloneOf> clone)
    {
        using var database = Open();
        var template = await database.Store.GetAsync(like) ?? throw new InvalidOperationException($"there is no render {like}");
        var events = new List<LedgerEvent>();
        await foreach (var e in database.Ledger.ReadAsync(stream: LedgerHash.StreamOf(like)))
            events.Add(e);

        await using CloneWriter writer = postgres is null ? new SqliteCloneWriter(world.DatabasePath) : new PostgreSqlCloneWriter(postgres);
        await writer.OpenAsync(like);
        for (var done = 0; done < count; done += Block)
            await writer.WriteAsync([.. Enumerable.Range(done, Math.Min(Block, count - done)).Select(number => Make(template, events, clone(number)))]);
        return (long)count * events.Count;
    }

    private static (Guid Id, CloneOf Own, IReadOnlyList<LedgerEvent> Events) Make(Render template, List<LedgerEvent> events, CloneOf own)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var entries = events.Select(e =>
        {
            var payload = (JsonObject)JsonNode.Parse(e.Payload)!;
            var eventId = LedgerHash.EventIdOf(id, payload["version"]!.GetValue<long>(), e.Type);
            payload["event_id"] = eventId.ToString("D");
            if (payload["video_id"] is not null)
                payload["video_id"] = own.VideoId;
            return new LedgerEntry(eventId, e.Type, e.OccurredAt, payload);
        });
        return (id, own, LedgerChain.Extend(LedgerHash.StreamOf(id), id, 0, "", [.. entries]));
    }
}

/// <summary>Writes clones in the database's own quick way.</summary>
internal abstract class CloneWriter : IAsyncDisposable
{
    protected const string EventColumns = "event_id, stream, render_id, render_seq, type, occurred_at, payload, prev_hash, hash";

    private string _insert = "";

    /// <param name="like">The render to be cloned.</param>
    public async Task OpenAsync(Guid like)
    {
        var connection = await ConnectAsync();
        await ExecuteAsync(connection, null, CreateTable);
        var columns = new List<string>();
        await using var read = connection.CreateCommand();
        read.CommandText = $"SELECT * FROM {Schema}renders LIMIT 0";
        await using var reader = await read.ExecuteReaderAsync();
        for (var i = 0; i < reader.FieldCount; i++)
            columns.Add(reader.GetName(i));
        string Own(string column) => column switch
        {
            "id" or "video_id" or "due_at" or "ledger_hash" => "c." + column,
            // Looked at so often that the time between looks grows no more.
            "looks" => "100",
            "idempotency_key" or "lease_owner" or "lease_until" => "NULL",
            _ => "one." + column,
        };
        _insert = $"""
            INSERT INTO {Schema}renders ({string.Join(", ", columns)})
            SELECT {string.Join(", ", columns.Select(Own))} FROM clones c CROSS JOIN (SELECT * FROM {Schema}renders WHERE id = '{like:D}') AS one
            """;
    }

    public async Task WriteAsync(IReadOnlyList<(Guid Id, CloneOf Own, IReadOnlyList<LedgerEvent> Events)> clones)
    {
        var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, transaction, "DELETE FROM clones");
        await WriteRowsAsync(transaction, clones.Select(clone => (clone.Id, clone.Own.VideoId, clone.Own.DueAt, clone.Events[^1].Hash)));
        await ExecuteAsync(connection, transaction, _insert);
        await WriteEventsAsync(transaction, clones.SelectMany(clone => clone.Events));
        await transaction.CommitAsync();
    }

    public abstract ValueTask DisposeAsync();

    protected abstract string Schema { get; }

    protected abstract string CreateTable { get; }

    protected abstract Task<DbConnection> ConnectAsync();

    protected abstract Task WriteRowsAsync(DbTransaction transaction, IEnumerable<(Guid Id, string VideoId, DateTimeOffset? DueAt, string Hash)> rows);

    protected abstract Task WriteEventsAsync(DbTransaction transaction, IEnumerable<LedgerEvent> events);

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }
}
