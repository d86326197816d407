using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>What seals take of each event of a snapshot, by position.</summary>
internal sealed class SqlLedgerLeaves(SqlSession session, SqlDialect dialect) : IAsyncEnumerable<LedgerLeaf>, ILeafPages
{
    // Whole subtrees of the seals' trees, as long as seals begin with a page.
    private const int PageSize = 8_192;

    public async IAsyncEnumerable<LeafPage> ReadPagesAsync()
    {
        var sql = $"SELECT seq, hash FROM {dialect.Schema}ledger_events WHERE seq > @after ORDER BY seq LIMIT {PageSize}";
        var after = long.MinValue;
        var page = new LeafPage();
        while (true)
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
            var count = page.Positions.Length;
            if (count > 0)
            {
                yield return page;
                after = page.Positions[^1];
            }

            if (count < PageSize)
                yield break;
        }
    }

    public async IAsyncEnumerator<LedgerLeaf> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var after = long.MinValue;
        while (true)
        {
            var page = await session.QueryAsync(
                $"SELECT seq, hash FROM {dialect.Schema}ledger_events WHERE seq > @after ORDER BY seq LIMIT {PageSize}", LedgerTable.ReadLeaf, new { after });
            foreach (var leaf in page)
                yield return leaf;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Seq;
        }
    }
}
