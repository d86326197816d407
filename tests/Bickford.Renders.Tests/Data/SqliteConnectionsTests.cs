using Bickford.Renders.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Tests.Data;

/// <summary>Connections that stay open, with what they have compiled.</summary>
public sealed class SqliteConnectionsTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".db");
    private readonly SqliteConnections _connections;

    public SqliteConnectionsTests()
    {
        _connections = new SqliteConnections($"Data Source={_file};Pooling=False");
        using var connection = new SqliteConnection($"Data Source={_file};Pooling=False");
        connection.Execute("CREATE TABLE things (id integer PRIMARY KEY, name text UNIQUE)");
    }

    public void Dispose()
    {
        _connections.Forget();
        File.Delete(_file);
    }

    [Fact]
    public async Task A_connection_that_is_done_with_is_the_next_one_to_be_given_out()
    {
        var first = await _connections.OpenAsync(Token);
        await first.DisposeAsync();

        (await _connections.OpenAsync(Token)).ShouldBeSameAs(first);
    }

    [Fact]
    public async Task Two_at_once_are_two()
    {
        await using var first = await _connections.OpenAsync(Token);
        await using var second = await _connections.OpenAsync(Token);

        second.ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task A_connection_in_the_middle_of_a_transaction_is_not_kept_and_what_it_wrote_is_not_there()
    {
        var left = await _connections.OpenAsync(Token);
        await left.ExecuteAsync("BEGIN IMMEDIATE; INSERT INTO things (name) VALUES ('half')");
        await left.DisposeAsync();

        await using var next = await _connections.OpenAsync(Token);
        next.ShouldNotBeSameAs(left);
        (await next.ExecuteScalarAsync<long>("SELECT count(*) FROM things")).ShouldBe(0);
    }

    [Fact]
    public async Task A_statement_run_again_takes_the_new_values_and_no_old_ones()
    {
        const string Insert = "INSERT INTO things (id, name) VALUES (@id, @name)";
        const string Names = "SELECT name FROM things ORDER BY id";
        await using var connection = await _connections.OpenAsync(Token);

        await connection.ExecuteAsync(Insert, new { id = 1, name = "one" });
        await connection.ExecuteAsync(Insert, new { id = 2, name = (string?)null });
        await connection.ExecuteAsync(Insert, new { id = 3, name = "three" });

        (await connection.QueryAsync<string?>(Names)).ShouldBe(["one", null, "three"]);
        (await Should.ThrowAsync<InvalidOperationException>(() => connection.ExecuteAsync(Insert, new { id = 4 }))).Message.ShouldContain("name");
    }

    [Fact]
    public async Task A_statement_that_failed_runs_again()
    {
        const string Insert = "INSERT INTO things (name) VALUES (@name)";
        await using var connection = await _connections.OpenAsync(Token);
        await connection.ExecuteAsync(Insert, new { name = "one" });

        await Should.ThrowAsync<SqliteException>(() => connection.ExecuteAsync(Insert, new { name = "one" }));
        await connection.ExecuteAsync(Insert, new { name = "two" });

        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM things")).ShouldBe(2);
    }

    [Fact]
    public async Task The_same_statement_may_be_read_twice_at_once()
    {
        const string Ids = "SELECT id FROM things ORDER BY id";
        await using var connection = await _connections.OpenAsync(Token);
        await connection.ExecuteAsync("INSERT INTO things (id) VALUES (1), (2)");

        await using var outer = await connection.ExecuteReaderAsync(Ids);
        (await outer.ReadAsync(Token)).ShouldBeTrue();
        (await connection.QueryAsync<long>(Ids)).ShouldBe([1, 2]);
        (await outer.ReadAsync(Token)).ShouldBeTrue();

        outer.GetInt64(0).ShouldBe(2);
    }

    [Fact]
    public async Task A_statement_outlives_a_change_of_the_table_by_somebody_else()
    {
        const string All = "SELECT * FROM things";
        await using var connection = await _connections.OpenAsync(Token);
        await connection.ExecuteAsync("INSERT INTO things (id, name) VALUES (1, 'one')");
        await connection.QueryAsync(All);
        await using (var other = new SqliteConnection($"Data Source={_file};Pooling=False"))
            await other.ExecuteAsync("ALTER TABLE things ADD COLUMN more text NOT NULL DEFAULT 'x'");

        string more = (await connection.QuerySingleAsync(All)).more;
        more.ShouldBe("x");
    }

    [Fact]
    public async Task More_statements_than_are_kept_run_like_any_others()
    {
        await using var connection = await _connections.OpenAsync(Token);

        for (var number = 0; number < 600; number++)
            (await connection.ExecuteScalarAsync<long>($"SELECT {number}")).ShouldBe(number);
    }

    [Fact]
    public async Task Forgotten_while_it_is_in_use_a_connection_ends_when_it_comes_back()
    {
        var old = await _connections.OpenAsync(Token);
        _connections.Forget();
        (await old.ExecuteScalarAsync<long>("SELECT 1")).ShouldBe(1);
        await old.DisposeAsync();

        await using var next = await _connections.OpenAsync(Token);
        next.ShouldNotBeSameAs(old);
        old.State.ShouldBe(System.Data.ConnectionState.Closed);
    }
}
