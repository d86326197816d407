using System.Runtime.CompilerServices;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>The seals in a SQL database.</summary>
internal sealed class SqlLedgerSeals(SqlDatabase database) : ILedgerSeals
{
    private const int PageSize = 1_000;

    private readonly SqlDialect _dialect = database.Dialect;
    private readonly string _seals = database.Dialect.Schema + "ledger_seals";
    private readonly string _events = database.Dialect.Schema + "ledger_events";

    public Task<LedgerSeal?> NewestAsync(CancellationToken cancellationToken = default) => FirstAsync("ORDER BY number DESC LIMIT 1", null, cancellationToken);

    public Task<LedgerSeal?> GetAsync(long number, CancellationToken cancellationToken = default) => FirstAsync("WHERE number = @number", new { number }, cancellationToken);

    public async Task<LedgerSeal?> FindAsync(long seq, CancellationToken cancellationToken = default) =>
        await FirstAsync("WHERE last_seq >= @seq ORDER BY last_seq LIMIT 1", new { seq }, cancellationToken) is { } seal && seal.FirstSeq <= seq ? seal : null;

    public async IAsyncEnumerable<LedgerSeal> ReadSealsAsync(long after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var page = await database.ReadAsync(
                session => session.QueryAsync($"SELECT {SealTable.All} FROM {_seals} WHERE number > @after ORDER BY number LIMIT {PageSize}", SealTable.Read, new { after }),
                cancellationToken);
            foreach (var seal in page)
                yield return seal;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Number;
        }
    }

    public Task<bool> AppendAsync(LedgerSeal seal, CancellationToken cancellationToken = default)
    {
        var runs = 0;
        return database.WriteRowAsync(
            async session =>
            {
                runs++;
                // Only behind the one before, and only once: of many workers that seal at the same moment, one writes.
                var written = await session.ExecuteAsync(
                    $"""
                    INSERT INTO {_seals} ({SealTable.All})
                    SELECT @number, @prev_hash, @first_seq, @last_seq, @events, @root, @sealed_at, @hash
                    WHERE (SELECT coalesce(max(number), 0) FROM {_seals}) = @number - 1
                    ON CONFLICT DO NOTHING
                    """,
                    SealTable.Parameters(seal, _dialect)) > 0;
                // A run before this one lost its answer: the seal that is there now is its own.
                return written || (runs > 1 && await session.FirstAsync(
                    $"SELECT {SealTable.All} FROM {_seals} WHERE number = @number", SealTable.Read, new { number = seal.Number }) == seal);
            },
            repeatable: true,
            cancellationToken);
    }

    public Task<IReadOnlyList<LedgerLeaf>> ReadLeavesAsync(long after, long upTo, int limit, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            async session =>
            {
                // Asked first: the events must be a later look, which sees all that has been settled until then.
                var horizon = _dialect.HorizonSql is { } ask ? await session.NumberAsync(ask) : long.MaxValue;
                return await session.QueryAsync(
                    $"SELECT {LedgerTable.Leaf} FROM {_events} WHERE seq > @after AND seq <= @last ORDER BY seq LIMIT @limit",
                    LedgerTable.ReadLeaf,
                    new { after, last = Math.Min(upTo, horizon), limit });
            },
            cancellationToken);

    public Task<LedgerEvent?> FindEventAsync(Guid eventId, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session => session.FirstAsync($"SELECT {LedgerTable.All} FROM {_events} WHERE event_id = @id", LedgerTable.Read, new { id = _dialect.Value(eventId) }),
            cancellationToken);

    private Task<LedgerSeal?> FirstAsync(string rest, object? parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync($"SELECT {SealTable.All} FROM {_seals} {rest}", SealTable.Read, parameters), cancellationToken);
}
