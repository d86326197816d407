namespace Bickford.Renders.Data;

/// <summary>What a database that answers says of itself.</summary>
/// <param name="Name">Which it is, for people; without secrets.</param>
/// <param name="RoundTrip">How long one question took.</param>
/// <param name="ClockAhead">How far its clock is ahead of ours; null where both are the same.</param>
public sealed record DatabaseFacts(string Name, TimeSpan RoundTrip, TimeSpan? ClockAhead);

/// <summary>Finds out whether the database can be used. Changes nothing in it, and makes nothing.</summary>
public sealed class DatabaseCheckup
{
    private readonly SqlDatabase _database;

    internal DatabaseCheckup(SqlDatabase database) => _database = database;

    /// <summary>Whether there is a database to ask: a file may be made later, a server answers or does not.</summary>
    public bool Exists => _database.Dialect.Exists();

    /// <summary>Connects, asks, and takes a transaction that could write.</summary>
    /// <exception cref="DatabaseException">It cannot be reached, used or written; the message says why, and what is needed.</exception>
    public Task<DatabaseFacts> AskAsync(CancellationToken cancellationToken = default) => _database.ExplainedAsync(async () =>
    {
        await using var connection = await _database.Dialect.OpenAsync(cancellationToken);
        var name = _database.Dialect.Describe(connection);
        var transaction = await _database.Dialect.BeginWriteAsync(connection, cancellationToken);
        // Never committed.
        await using var session = new SqlSession(connection, transaction, _database.Dialect, cancellationToken);
        await _database.Dialect.CheckRightsAsync(session);
        var (took, ahead) = await LookAtClockAsync(session);
        return new DatabaseFacts(name, took, ahead);
    });

    private async Task<(TimeSpan Took, TimeSpan? Ahead)> LookAtClockAsync(SqlSession session)
    {
        var (began, mark) = (_database.TimeProvider.GetUtcNow(), _database.TimeProvider.GetTimestamp());
        if (_database.Dialect.ClockSql is not { } sql)
        {
            await session.NumberAsync("SELECT 1");
            return (_database.TimeProvider.GetElapsedTime(mark), null);
        }

        var theirs = DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(await session.NumberAsync(sql));
        var took = _database.TimeProvider.GetElapsedTime(mark);
        // It looked at its clock somewhere on the way there and back.
        return (took, theirs - (began + took / 2));
    }
}
