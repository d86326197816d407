using Bickford.Renders.Ledger;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Bickford.Renders.Data;

/// <summary>Events as SQLite has them, from the memory of its statement.</summary>
internal static class SqliteEvents
{
    public static bool TryAdd(SqliteDataReader reader, EventPage page)
    {
        var row = reader.Handle!;
        // Whoever has the file can make the columns hold anything.
        foreach (var column in (ReadOnlySpan<int>)[LedgerColumn.EventId, LedgerColumn.Stream, LedgerColumn.Type, LedgerColumn.OccurredAt, LedgerColumn.Payload, LedgerColumn.PrevHash, LedgerColumn.Hash])
        {
            if (raw.sqlite3_column_type(row, column) != raw.SQLITE_TEXT)
                return false;
        }

        return raw.sqlite3_column_type(row, LedgerColumn.Seq) == raw.SQLITE_INTEGER
            && raw.sqlite3_column_type(row, LedgerColumn.RenderSeq) == raw.SQLITE_INTEGER
            && raw.sqlite3_column_type(row, LedgerColumn.RenderId) is var renderId and (raw.SQLITE_TEXT or raw.SQLITE_NULL)
            && page.TryAdd(new EventColumns
            {
                Seq = raw.sqlite3_column_int64(row, LedgerColumn.Seq),
                EventId = raw.sqlite3_column_blob(row, LedgerColumn.EventId),
                Stream = raw.sqlite3_column_blob(row, LedgerColumn.Stream),
                RenderId = renderId == raw.SQLITE_NULL ? [] : raw.sqlite3_column_blob(row, LedgerColumn.RenderId),
                HasRenderId = renderId != raw.SQLITE_NULL,
                RenderSeq = raw.sqlite3_column_int64(row, LedgerColumn.RenderSeq),
                Type = raw.sqlite3_column_blob(row, LedgerColumn.Type),
                OccurredAt = raw.sqlite3_column_blob(row, LedgerColumn.OccurredAt),
                Payload = raw.sqlite3_column_blob(row, LedgerColumn.Payload),
                PrevHash = raw.sqlite3_column_blob(row, LedgerColumn.PrevHash),
                Hash = raw.sqlite3_column_blob(row, LedgerColumn.Hash),
            });
    }
}
