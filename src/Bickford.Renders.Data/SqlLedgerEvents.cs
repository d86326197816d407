using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>
/// Every event of a snapshot in the order of verification. Pages instead of one open reader: not every database lets two queries of one transaction run at once.
/// </summary>
internal sealed class SqlLedgerEvents(SqlSession session, SqlDialect dialect) : IAsyncEnumerable<LedgerItem>, IEventPages
{
    // A payload is at most 256 KiB: a page of the largest fits in memory with ease.
    private const int ShortestPage = 100;
    private const int LongestPage = 500;
    private const long PageBytes = 2 << 20;

    // The position in the ledger is part of the key, so that a doubled event is seen however the pages fall.
    // Pages are longer where events are short: asking costs as much as reading some dozens of them.
    public async IAsyncEnumerable<EventPage> ReadPagesAsync()
    {
        var sql =
            $"""
            SELECT {LedgerTable.All} FROM {dialect.Schema}ledger_events WHERE (stream, render_seq, seq) > (@stream, @renderSeq, @seq)
            ORDER BY stream, render_seq, seq LIMIT @limit
            """;
        var (stream, renderSeq, seq) = ("", long.MinValue, long.MinValue);
        var limit = ShortestPage;
        var page = new EventPage();
        while (true)
        {
            page.Clear();
            await session.ReadAsync(
                sql,
                (reader, row) =>
                {
                    if (!dialect.TryAddEvent(reader, page))
                        page.Add(LedgerTable.ReadItem(reader, row, dialect));
                },
                new { stream, renderSeq, seq, limit });
            var count = page.Events.Length;
            if (count > 0)
            {
                yield return page;
                (stream, renderSeq, seq) = (page.StreamName(page.Events[^1]), page.Events[^1].RenderSeq, page.Events[^1].Seq);
            }

            if (count < limit)
                yield break;
            limit = (int)Math.Clamp(limit * PageBytes / (page.Size + 1), ShortestPage, LongestPage);
        }
    }

    public async IAsyncEnumerator<LedgerItem> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in ReadPagesAsync().WithCancellation(cancellationToken))
        {
            for (var i = 0; i < page.Events.Length; i++)
                yield return page.Item(page.Events[i]);
        }
    }
}
