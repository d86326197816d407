using System.Data;
using Bickford.Renders.Ports;
using Dapper;
using Npgsql;

namespace Bickford.Renders.Data;

/// <summary>Hears of new rows by LISTEN, on a connection of its own.</summary>
internal sealed class PostgreSqlSignal(SqlDatabase database, NpgsqlDataSource source) : IRenderSignal
{
    // A connection can die without a word: so long after the last one, it is asked.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    public Task ListenAsync(Func<IReadOnlyCollection<Guid>, Task> heard, CancellationToken cancellationToken) =>
        database.ExplainedAsync<bool>(async () =>
        {
            var ids = new HashSet<Guid>();
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            connection.Notification += (_, told) =>
            {
                if (Guid.TryParse(told.Payload, out var id))
                    ids.Add(id);
            };
            await connection.ExecuteAsync(new CommandDefinition($"LISTEN {PostgreSqlDialect.Channel}", cancellationToken: cancellationToken));
            try
            {
                await heard([]);
                while (true)
                {
                    if (!await connection.WaitAsync(Silence, cancellationToken))
                        await connection.ExecuteAsync(new CommandDefinition("SELECT 1", cancellationToken: cancellationToken));
                    if (ids.Count == 0)
                        continue;
                    Guid[] batch = [.. ids];
                    ids.Clear();
                    await heard(batch);
                }
            }
            finally
            {
                // Back in the pool it must not go on listening; a connection that is broken does not come back.
                if (connection.State == ConnectionState.Open)
                    await connection.ExecuteAsync("UNLISTEN *");
            }
        });
}
