using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>Events as PostgreSQL sends them: texts in UTF-8, ids and times as values.</summary>
internal static class PostgreSqlEvents
{
    // In the order of LedgerTable.All.
    private const int Seq = 0;
    private const int EventId = 1;
    private const int Stream = 2;
    private const int RenderId = 3;
    private const int RenderSeq = 4;
    private const int Type = 5;
    private const int OccurredAt = 6;
    private const int Payload = 7;
    private const int PrevHash = 8;
    private const int Hash = 9;

    private const int IdChars = 36;
    private const int TimeChars = 24;

    public static bool TryAdd(DbDataReader reader, EventPage page)
    {
        try
        {
            var time = reader.GetDateTime(OccurredAt);
            Span<byte> eventId = stackalloc byte[IdChars];
            Span<byte> renderId = stackalloc byte[IdChars];
            Span<byte> occurredAt = stackalloc byte[TimeChars];
            var hasRenderId = !reader.IsDBNull(RenderId);
            return time.Kind == DateTimeKind.Utc
                && time.Ticks % TimeSpan.TicksPerMillisecond == 0
                && time.TryFormat(occurredAt, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                && Utf8Formatter.TryFormat(reader.GetGuid(EventId), eventId, out _)
                && (!hasRenderId || Utf8Formatter.TryFormat(reader.GetGuid(RenderId), renderId, out _))
                && page.TryAdd(new EventColumns
                {
                    Seq = reader.GetInt64(Seq),
                    EventId = eventId,
                    Stream = Text(reader, Stream),
                    RenderId = hasRenderId ? renderId : [],
                    HasRenderId = hasRenderId,
                    RenderSeq = reader.GetInt64(RenderSeq),
                    Type = Text(reader, Type),
                    OccurredAt = occurredAt,
                    Payload = Text(reader, Payload),
                    PrevHash = Text(reader, PrevHash),
                    Hash = Text(reader, Hash),
                });
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or ArgumentException)
        {
            // A null, or a year that .NET does not know: whoever owns the tables can put them there.
            return false;
        }
    }

    private static byte[] Text(DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);
}
