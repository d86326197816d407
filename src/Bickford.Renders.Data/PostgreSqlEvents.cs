using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>Events as PostgreSQL sends them: texts in UTF-8, ids and times as values.</summary>
internal static class PostgreSqlEvents
{
    private const int IdChars = 36;
    private const int TimeChars = 24;

    public static bool TryAdd(DbDataReader reader, EventPage page)
    {
        try
        {
            var time = reader.GetDateTime(LedgerColumn.OccurredAt);
            Span<byte> eventId = stackalloc byte[IdChars];
            Span<byte> renderId = stackalloc byte[IdChars];
            Span<byte> occurredAt = stackalloc byte[TimeChars];
            var hasRenderId = !reader.IsDBNull(LedgerColumn.RenderId);
            return time.Kind == DateTimeKind.Utc
                && time.Ticks % TimeSpan.TicksPerMillisecond == 0
                && time.TryFormat(occurredAt, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                && Utf8Formatter.TryFormat(reader.GetGuid(LedgerColumn.EventId), eventId, out _)
                && (!hasRenderId || Utf8Formatter.TryFormat(reader.GetGuid(LedgerColumn.RenderId), renderId, out _))
                && page.TryAdd(new EventColumns
                {
                    Seq = reader.GetInt64(LedgerColumn.Seq),
                    EventId = eventId,
                    Stream = Text(reader, LedgerColumn.Stream),
                    RenderId = hasRenderId ? renderId : [],
                    HasRenderId = hasRenderId,
                    RenderSeq = reader.GetInt64(LedgerColumn.RenderSeq),
                    Type = Text(reader, LedgerColumn.Type),
                    OccurredAt = occurredAt,
                    Payload = Text(reader, LedgerColumn.Payload),
                    PrevHash = Text(reader, LedgerColumn.PrevHash),
                    Hash = Text(reader, LedgerColumn.Hash),
                });
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or ArgumentException)
        {
            // A null, or a year that .NET does not know: whoever owns the tables can put them there.
            return false;
        }
    }

    public static bool TryAdd(DbDataReader reader, LeafPage page) =>
        !reader.IsDBNull(LedgerColumn.LeafHash) && page.TryAdd(reader.GetInt64(LedgerColumn.LeafSeq), Text(reader, LedgerColumn.LeafHash));

    private static byte[] Text(DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);
}
