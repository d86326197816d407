using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Npgsql;
using NpgsqlTypes;

namespace Bickford.Renders.Data;

/// <content>The statements that every step of every render makes, and how their parameters are given.</content>
internal sealed partial class PostgreSqlDialect
{
    private const long RoomLock = 0x72656e6465727302;

    // Two statements in one round trip are one transaction, in which the second sees what was committed while the first waited. The first gives no rows
    // to read past, because it is a DO.
    private static readonly string LockRoom = string.Create(CultureInfo.InvariantCulture, $"DO $$ BEGIN PERFORM pg_advisory_xact_lock({RoomLock}); END $$;\n");

    private const int StreamLock = 0x72656e64;

    // Some dozens: an insert, and updates that differ by what goes with them.
    private readonly ConcurrentDictionary<(string Row, bool Appends, bool Signals, bool Counts), string> _writes = new();

    // The row and its events in one statement. The order of the events is the order of their positions.
    public override async Task<long?> WriteRowAsync(
        SqlSession session, string sql, TypedParameters parameters, IReadOnlyList<LedgerEvent> events, bool signal = false, bool counts = false)
    {
        if (events.Count > 0)
        {
            parameters
                .Add("e_stream", events[0].Stream)
                .Add("e_ids", [.. events.Select(e => e.EventId)])
                .Add("e_seqs", [.. events.Select(e => e.RenderSeq)])
                .Add("e_types", [.. events.Select(e => e.Type)])
                .Add("e_times", [.. events.Select(e => e.OccurredAt)])
                .Add("e_payloads", [.. events.Select(e => e.Payload)])
                .Add("e_prev_hashes", [.. events.Select(e => e.PrevHash)])
                .Add("e_hashes", [.. events.Select(e => e.Hash)]);
        }

        var written = await session.QueryAsync(
            _writes.GetOrAdd((sql, events.Count > 0, signal, counts), static write => WriteSql(write.Row, write.Appends, write.Signals, write.Counts)),
            row => row.Number("turn"),
            parameters);
        return written.Count > 0 ? written[0] : null;
    }

    // As many rows as there are looks, in one statement: each by itself would be a round trip.
    public override async Task<IReadOnlyList<Guid>?> WriteLooksAsync(SqlSession session, IReadOnlyList<RowCommit> looks)
    {
        return await session.QueryAsync(
            """
            UPDATE renders.renders AS r SET attempt = v.attempt, looks = v.looks, progress = v.progress, due_at = v.due_at, lease_owner = NULL, lease_until = NULL, version = v.version,
                expires_at = v.expires_at, cause = v.cause, message = v.message, updated_at = v.updated_at
            FROM unnest(@ids, @expected, @versions, @attempts, @looks, @progress, @due, @expiries, @causes, @messages, @updated)
                AS v (id, expected, version, attempt, looks, progress, due_at, expires_at, cause, message, updated_at)
            WHERE r.id = v.id AND r.version = v.expected
            RETURNING r.id
            """,
            row => row.Guid("id"),
            new TypedParameters(11)
                .Add("ids", Each(look => look.Next.Id))
                .Add("expected", Each(look => look.ExpectedVersion))
                .Add("versions", Each(look => look.Next.Version))
                .Add("attempts", Each(look => look.Next.Attempt))
                .Add("looks", Each(look => look.Next.Looks))
                .Add("progress", Each(look => look.Next.Progress))
                .Add("due", Each(look => look.Next.DueAt is { } due ? LedgerChain.WholeMilliseconds(due) : (DateTimeOffset?)null))
                .Add("expiries", Each(look => look.Next.ExpiresAt is { } expires ? LedgerChain.WholeMilliseconds(expires) : (DateTimeOffset?)null))
                .Add("causes", Each(look => look.Next.Cause?.ToString()))
                .Add("messages", Each(look => RenderTable.Text(look.Next.Message)))
                .Add("updated", Each(look => LedgerChain.WholeMilliseconds(look.Next.UpdatedAt))));

        T[] Each<T>(Func<RowCommit, T> value) => [.. looks.Select(value)];
    }

    public override void Bind(DbCommand command, string sql, TypedParameters parameters)
    {
        var given = ((NpgsqlCommand)command).Parameters;
        // Two statements in one: those have names only.
        if (sql.StartsWith(LockRoom, StringComparison.Ordinal))
        {
            command.CommandText = sql;
            foreach (var parameter in parameters.All)
                given.Add(Parameter(parameter, parameter.Name));
            return;
        }

        var statement = PositionalSql.Of(sql);
        command.CommandText = statement.Text;
        foreach (var parameter in statement.InOrder(parameters))
            given.Add(Parameter(parameter, null));
    }

    private static string WriteSql(string row, bool appends, bool signals, bool counts)
    {
        var appended = !appends ? "" :
            $"""
            , appended AS (
            INSERT INTO renders.ledger_events ({LedgerTable.Written})
            SELECT e.event_id, @e_stream, w.id, e.render_seq, e.type, e.occurred_at, e.payload, e.prev_hash, e.hash
            FROM written w, unnest(@e_ids, @e_seqs, @e_types, @e_times, @e_payloads, @e_prev_hashes, @e_hashes)
                AS e (event_id, render_seq, type, occurred_at, payload, prev_hash, hash)
            ORDER BY e.render_seq)
            """;
        return $"{(counts ? LockRoom : "")}WITH written AS ({row} RETURNING id, turn){appended} SELECT turn{(signals ? $", pg_notify('{Channel}', id::text)" : "")} FROM written";
    }

    private static NpgsqlParameter Parameter(TypedParameter parameter, string? name)
    {
        var type = parameter.Type switch
        {
            SqlType.Text => NpgsqlDbType.Text,
            SqlType.Integer => NpgsqlDbType.Integer,
            SqlType.Bigint => NpgsqlDbType.Bigint,
            SqlType.Flag => NpgsqlDbType.Boolean,
            SqlType.Id => NpgsqlDbType.Uuid,
            SqlType.Time => NpgsqlDbType.TimestampTz,
            SqlType.Duration => NpgsqlDbType.Interval,
            SqlType.Json => NpgsqlDbType.Jsonb,
            SqlType.Money => NpgsqlDbType.Numeric,
            SqlType.Texts => NpgsqlDbType.Array | NpgsqlDbType.Text,
            SqlType.Integers => NpgsqlDbType.Array | NpgsqlDbType.Integer,
            SqlType.Bigints => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
            SqlType.Ids => NpgsqlDbType.Array | NpgsqlDbType.Uuid,
            SqlType.Times => NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
            _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter.Type, "no such type"),
        };
        return new NpgsqlParameter(name, type) { Value = parameter.Value is DateTimeOffset time ? LedgerChain.WholeMilliseconds(time) : parameter.Value ?? DBNull.Value };
    }
}
