using Bickford.Renders.Ledger;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Bickford.Renders.Data;

/// <summary>Events as SQLite has them, from the memory of its statement.</summary>
internal static class SqliteEvents
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

    public static bool TryAdd(SqliteDataReader reader, EventPage page)
    {
        var row = reader.Handle!;
        // Whoever has the file can make the columns hold anything.
        foreach (var column in (ReadOnlySpan<int>)[EventId, Stream, Type, OccurredAt, Payload, PrevHash, Hash])
        {
            if (raw.sqlite3_column_type(row, column) != raw.SQLITE_TEXT)
                return false;
        }

        return raw.sqlite3_column_type(row, Seq) == raw.SQLITE_INTEGER
            && raw.sqlite3_column_type(row, RenderSeq) == raw.SQLITE_INTEGER
            && raw.sqlite3_column_type(row, RenderId) is var renderId and (raw.SQLITE_TEXT or raw.SQLITE_NULL)
            && page.TryAdd(new EventColumns
            {
                Seq = raw.sqlite3_column_int64(row, Seq),
                EventId = raw.sqlite3_column_blob(row, EventId),
                Stream = raw.sqlite3_column_blob(row, Stream),
                RenderId = renderId == raw.SQLITE_NULL ? [] : raw.sqlite3_column_blob(row, RenderId),
                HasRenderId = renderId != raw.SQLITE_NULL,
                RenderSeq = raw.sqlite3_column_int64(row, RenderSeq),
                Type = raw.sqlite3_column_blob(row, Type),
                OccurredAt = raw.sqlite3_column_blob(row, OccurredAt),
                Payload = raw.sqlite3_column_blob(row, Payload),
                PrevHash = raw.sqlite3_column_blob(row, PrevHash),
                Hash = raw.sqlite3_column_blob(row, Hash),
            });
    }
}
