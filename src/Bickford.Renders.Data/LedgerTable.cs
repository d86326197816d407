using System.Data.Common;
using System.Globalization;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>The table <c>ledger_events</c>: append, and read back.</summary>
internal static class LedgerTable
{
    public const string All = "seq, event_id, stream, render_id, render_seq, type, occurred_at, payload, prev_hash, hash";

    /// <summary>What a seal takes of an event.</summary>
    public const string Leaf = "seq, hash";

    /// <summary>Everything the writer gives an event; its position is the database's to give.</summary>
    public const string Written = "event_id, stream, render_id, render_seq, type, occurred_at, payload, prev_hash, hash";

    /// <summary>Writes chained events in the session's transaction; returns them with their positions.</summary>
    public static async Task<IReadOnlyList<LedgerEvent>> AppendAsync(SqlSession session, SqlDialect dialect, IReadOnlyList<LedgerEvent> events)
    {
        var insert =
            $"""
            INSERT INTO {dialect.Schema}ledger_events ({Written})
            VALUES (@event_id, @stream, @render_id, @render_seq, @type, @occurred_at, @payload, @prev_hash, @hash)
            RETURNING seq
            """;
        var written = new List<LedgerEvent>(events.Count);
        foreach (var e in events)
        {
            var seq = await session.NumberAsync(insert, new
            {
                event_id = dialect.Value(e.EventId),
                stream = e.Stream,
                render_id = e.RenderId is { } id ? dialect.Value(id) : null,
                render_seq = e.RenderSeq,
                type = e.Type,
                occurred_at = dialect.Value(e.OccurredAt),
                payload = e.Payload,
                prev_hash = e.PrevHash,
                hash = e.Hash,
            });
            written.Add(e with { Seq = seq });
        }

        return written;
    }

    public static LedgerEvent Read(SqlRow row) => new(
        row.Number("seq"),
        row.Guid("event_id"),
        row.Text("stream"),
        row.GuidOrNull("render_id"),
        row.Number("render_seq"),
        row.Text("type"),
        WholeMilliseconds(row.Time("occurred_at")),
        row.Text("payload"),
        row.Text("prev_hash"),
        row.Text("hash"));

    /// <summary>What a seal takes of an event.</summary>
    public static LedgerLeaf ReadLeaf(SqlRow row) => new(row.Number("seq"), row.Text("hash"));

    // Only whole milliseconds are hashed: what is finer was put there by somebody else.
    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        time == LedgerChain.WholeMilliseconds(time)
            ? time
            : throw new DatabaseException("column occurred_at", time.ToString("O", CultureInfo.InvariantCulture), "a time in whole milliseconds");

    /// <summary>An event for verification: one that cannot be read is a finding, not an error. But for its place, without which nothing can be said about what is around it.</summary>
    public static (LedgerItem Item, long RenderSeq) ReadItem(DbDataReader reader, SqlRow row, SqlDialect dialect)
    {
        dialect.RefuseOdd(reader, LedgerColumn.Seq, LedgerColumn.Stream, LedgerColumn.RenderSeq);
        try
        {
            dialect.RefuseOdd(reader, LedgerColumn.EventId, LedgerColumn.RenderId, LedgerColumn.Type, LedgerColumn.OccurredAt, LedgerColumn.Payload, LedgerColumn.PrevHash, LedgerColumn.Hash);
            var e = Read(row);
            return (LedgerItem.Of(e), e.RenderSeq);
        }
        catch (DatabaseException e)
        {
            return (new LedgerItem(row.Number("seq"), row.Text("stream"), null, $"it was altered and cannot be read: {e.Message}"), row.Number("render_seq"));
        }
    }
}
