using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>Position and hash of every event of a snapshot, by position.</summary>
internal sealed class SqlLedgerLeaves(SqlSession session, SqlDialect dialect) : IAsyncEnumerable<LedgerLeaf>, ILeafPages
{
    public async IAsyncEnumerable<LeafPage> ReadPagesAsync()
    {
        var sql = $"SELECT {LedgerTable.Leaf} FROM {dialect.Schema}ledger_events WHERE seq > @after ORDER BY seq LIMIT {LeafPage.Most}";
        var after = long.MinValue;
        var page = new LeafPage();
        do
        {
            page.Clear();
            await session.ReadAsync(
                sql,
                (reader, row) =>
                {
                    if (!dialect.TryAddLeaf(reader, page))
                        page.Add(LedgerTable.ReadLeaf(row));
                },
                new { after });
            if (page.Count == 0)
                yield break;
            yield return page;
            after = page.Positions[^1];
        }
        while (page.Count == LeafPage.Most);
    }

    public async IAsyncEnumerator<LedgerLeaf> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in ReadPagesAsync().WithCancellation(cancellationToken))
        {
            for (var i = 0; i < page.Count; i++)
                yield return page.Leaf(i);
        }
    }
}
