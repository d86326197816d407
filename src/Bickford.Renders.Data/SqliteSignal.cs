using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <summary>
/// Hears of new rows by asking: SQLite cannot call. Whether anybody has committed anything is one number in shared memory, and what is new
/// stands behind the greatest row number seen, which grows in the order of the commits because there is one writer at a time.
/// </summary>
internal sealed class SqliteSignal(SqlDatabase database) : IRenderSignal
{
    private const int Batch = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public Task ListenAsync(Func<IReadOnlyCollection<Guid>, Task> heard, CancellationToken cancellationToken) =>
        database.ExplainedAsync<bool>(async () =>
        {
            await using var session = new SqlSession(await database.Dialect.OpenAsync(cancellationToken), null, database.Dialect, cancellationToken) { OwnsConnection = true };
            var seen = await session.NumberAsync("SELECT max(rowid) FROM renders");
            var version = -1L;
            await heard([]);
            while (true)
            {
                var now = await session.NumberAsync("PRAGMA data_version");
                if (now != version)
                {
                    var rows = await session.QueryAsync(
                        $"SELECT rowid AS number, id FROM renders WHERE rowid > @seen ORDER BY rowid LIMIT {Batch}",
                        row => (Number: row.Number("number"), Id: row.Guid("id")),
                        new { seen });
                    if (rows.Count > 0)
                    {
                        seen = rows[^1].Number;
                        await heard([.. rows.Select(row => row.Id)]);
                    }

                    if (rows.Count == Batch)
                        continue;
                    version = now;
                }

                await Task.Delay(Interval, database.TimeProvider, cancellationToken);
            }
        });
}
