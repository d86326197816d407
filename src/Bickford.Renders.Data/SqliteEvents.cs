using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Bickford.Renders.Ledger;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Data;

/// <summary>Events as SQLite has them, from the memory of its statement. Whoever has the file can make the columns hold anything.</summary>
internal static class SqliteEvents
{
    private const int MostShown = 100;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryAdd(SqliteDataReader reader, EventPage page)
    {
        // The reader, and who reads from it, keep it alive.
        var row = reader.Handle!;
        var seq = new SqliteValue(row, LedgerColumn.Seq);
        var eventId = new SqliteValue(row, LedgerColumn.EventId);
        var stream = new SqliteValue(row, LedgerColumn.Stream);
        var renderId = new SqliteValue(row, LedgerColumn.RenderId);
        var renderSeq = new SqliteValue(row, LedgerColumn.RenderSeq);
        var type = new SqliteValue(row, LedgerColumn.Type);
        var occurredAt = new SqliteValue(row, LedgerColumn.OccurredAt);
        var payload = new SqliteValue(row, LedgerColumn.Payload);
        var prevHash = new SqliteValue(row, LedgerColumn.PrevHash);
        var hash = new SqliteValue(row, LedgerColumn.Hash);
        return seq.IsWhole && eventId.IsText && stream.IsText && (renderId.IsText || renderId.IsNull) && renderSeq.IsWhole
            && type.IsText && occurredAt.IsText && payload.IsText && prevHash.IsText && hash.IsText
            && page.TryAdd(new EventColumns
            {
                Seq = seq.Whole,
                EventId = eventId.Text,
                Stream = stream.Text,
                RenderId = renderId.IsNull ? [] : renderId.Text,
                HasRenderId = renderId.IsText,
                RenderSeq = renderSeq.Whole,
                Type = type.Text,
                OccurredAt = occurredAt.Text,
                Payload = payload.Text,
                PrevHash = prevHash.Text,
                Hash = hash.Text,
            });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryAdd(SqliteDataReader reader, LeafPage page)
    {
        var row = reader.Handle!;
        var seq = new SqliteValue(row, LedgerColumn.LeafSeq);
        var hash = new SqliteValue(row, LedgerColumn.LeafHash);
        return seq.IsWhole && hash.IsText && page.TryAdd(seq.Whole, hash.Text);
    }

    /// <inheritdoc cref="SqlDialect.RefuseOdd"/>
    public static void RefuseOdd(SqliteDataReader reader, ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
        {
            var value = new SqliteValue(reader.Handle!, column);
            var odd = column switch
            {
                LedgerColumn.Seq or LedgerColumn.RenderSeq => value.IsWhole ? null : "a whole number",
                LedgerColumn.RenderId when value.IsNull => null,
                _ when !value.IsText => "a text",
                _ when value.Text.Contains((byte)0) => "a text without a NUL character",
                LedgerColumn.EventId or LedgerColumn.RenderId => EventColumns.IsId(value.Text) ? null : "a UUID in lower case",
                LedgerColumn.Stream => Utf8.IsValid(value.Text) ? null : "a text in UTF-8",
                _ => null,
            };
            if (odd is not null)
                throw new DatabaseException($"column {reader.GetName(column)}", Shown(reader, column), odd);
        }
    }

    private static string Shown(SqliteDataReader reader, int column)
    {
        var value = Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture) ?? "";
        return value.Length <= MostShown ? value : value[..MostShown] + "…";
    }
}
