using System.Data.Common;
using Dapper;

namespace Bickford.Renders.Data;

/// <summary>One connection, with one transaction, or with none where each statement stands alone.</summary>
internal sealed class SqlSession(DbConnection connection, DbTransaction? transaction, SqlDialect dialect, CancellationToken cancellationToken) : IAsyncDisposable
{
    /// <summary>The connection ends with this session, and not with whoever opened it.</summary>
    public bool OwnsConnection { get; init; }

    /// <summary>Seconds that a statement may take; null leaves it to the connection, 0 is for ever.</summary>
    public int? Timeout { get; set; }

    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        connection.ExecuteAsync(Command(sql, parameters));

    public async Task<long> NumberAsync(string sql, object? parameters = null) =>
        await connection.ExecuteScalarAsync<long?>(Command(sql, parameters)) ?? 0;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<SqlRow, T> map, object? parameters = null)
    {
        var rows = new List<T>();
        await ReadAsync(sql, (_, row) => rows.Add(map(row)), parameters);
        return rows;
    }

    /// <summary>Reads rows one after the other, as the database's own reader gives them and by column name.</summary>
    public async Task ReadAsync(string sql, Action<DbDataReader, SqlRow> each, object? parameters = null)
    {
        await using var wrapped = await connection.ExecuteReaderAsync(Command(sql, parameters));
        // Dapper's reader only passes on what this one does, a call more for each value.
        var reader = (wrapped as IWrappedDataReader)?.Reader as DbDataReader ?? wrapped;
        var row = new SqlRow(reader, dialect);
        while (await reader.ReadAsync(cancellationToken))
            each(reader, row);
    }

    /// <summary>The same for a statement that is asked again and again, in the quickest way that the database's library knows.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<SqlRow, T> map, TypedParameters parameters)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        if (Timeout is { } seconds)
            command.CommandTimeout = seconds;
        dialect.Bind(command, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var row = new SqlRow(reader, dialect);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(map(row));
        return rows;
    }

    public async Task<T?> FirstAsync<T>(string sql, Func<SqlRow, T> map, TypedParameters parameters)
        where T : class =>
        await QueryAsync(sql, map, parameters) is [var first, ..] ? first : null;

    public async Task<T?> FirstAsync<T>(string sql, Func<SqlRow, T> map, object? parameters = null)
        where T : class =>
        await QueryAsync(sql, map, parameters) is [var first, ..] ? first : null;

    // A commit that has begun is seen to its end: given up half-way, nobody could say whether it took effect.
    public Task CommitAsync() => transaction?.CommitAsync(CancellationToken.None) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
        if (OwnsConnection)
            await connection.DisposeAsync();
    }

    // Dapper would take its members for the parameters, and find none.
    private CommandDefinition Command(string sql, object? parameters) => parameters is TypedParameters
        ? throw new ArgumentException("typed parameters are for the queries that take them", nameof(parameters))
        : new(sql, parameters, transaction, Timeout, cancellationToken: cancellationToken);
}
