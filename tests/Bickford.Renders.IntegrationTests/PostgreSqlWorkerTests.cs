using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;
using Dapper;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The real program on a real PostgreSQL.</summary>
public sealed class PostgreSqlWorkerTests(PostgresServer server) : IAsyncLifetime
{
    // Beside this project in the same configuration, with the files of its own: bin/Debug/net10.0.
    private static readonly string Sample = Path.GetFullPath(Path.Combine(
        [AppContext.BaseDirectory, "../../../../../docs/samples/EnqueueInTransaction/bin", .. Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar)[^2..], "EnqueueInTransaction.dll"]));

    private PostgresDatabase _database = null!;
    private World _world = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        _world = await World.StartAsync();
        _world.Settings["Database__Provider"] = "PostgreSql";
        _world.Settings["Database__ConnectionString"] = _database.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_sample_s_order_is_rendered_once_by_a_worker_that_hears_of_it()
    {
        // Reconcile comes too late for this test's deadline: only the signal can bring the render to the engine.
        _world.Settings["Jobs__ReconcileGrace"] = "01:00:00";
        await using var worker = _world.Start("serve");
        await Eventually.HoldsAsync("the worker listens", async () => await CountAsync("pg_stat_activity WHERE query = 'LISTEN renders_due' AND datname = current_database()") == 1);

        var first = await SampleAsync(_database.ConnectionString, "order-17");
        first.ExitCode.ShouldBe(0, first.Error);
        first.Output.ShouldContain("order order-17 is taken");
        var second = await SampleAsync(_database.ConnectionString, "order-17");
        second.ExitCode.ShouldNotBe(0, "the order is there already: its transaction fails, and with it what it enqueued");

        await Eventually.HoldsAsync("it is rendered", async () => await CountAsync("renders.renders WHERE status = 'Completed'") == 1);
        worker.Terminate();
        (await worker.WaitAsync()).ExitCode.ShouldBe(0);
        _world.Simulator.Videos.CreateCount.ShouldBe(1);
        (await CountAsync("orders o JOIN renders.renders r ON r.id = o.render_id::uuid")).ShouldBe(1);
        (await CountAsync("renders.renders")).ShouldBe(1);
        (await _world.RunAsync("ledger", "verify")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task The_sample_runs_on_sqlite_too()
    {
        var result = await SampleAsync("shop.db", "order-17");

        result.ExitCode.ShouldBe(0, result.Error);
        _world.Settings["Database__Provider"] = "Sqlite";
        _world.Settings["Database__ConnectionString"] = "shop.db";
        (await _world.RunJsonAsync("list"))["renders"]!.AsArray().ShouldHaveSingleItem()!["status"]!.GetValue<string>().ShouldBe("Queued");
    }

    [Fact]
    public async Task The_schema_is_looked_at_scripted_and_migrated_by_verbs()
    {
        var before = await _world.RunAsync("db", "status", "--json");
        before.ExitCode.ShouldBe(1, before.Error);
        JsonNode.Parse(before.Output)!["is_current"]!.GetValue<bool>().ShouldBeFalse();
        var script = await _world.RunAsync("db", "script");
        script.Output.ShouldContain("CREATE TABLE renders.ledger_events");

        var latest = JsonNode.Parse(before.Output)!["latest"]!.GetValue<int>();
        (await _world.RunAsync("db", "migrate")).Output.ShouldContain(FormattableString.Invariant($"The database is at version {latest}, from 0"));

        (await _world.RunAsync("db", "migrate")).Output.ShouldContain("Nothing to do");
        var after = await _world.RunAsync("db", "status");
        (after.ExitCode, after.Output.Contains("as this program is", StringComparison.Ordinal)).ShouldBe((0, true), after.Output + after.Error);
        (await _world.RunAsync("db", "script", "--after", "2")).Output.ShouldNotContain("CREATE TABLE renders.renders");
        (await _world.RunAsync("db", "script", "--after", "-1")).ExitCode.ShouldBe(2);
    }

    [Theory]
    [InlineData("Password=" + PostgresServer.Password, "Password=wrong-secret", "the right user and password")]
    [InlineData("Host=127.0.0.1", "Host=no-such-host.invalid", "a server that runs and can be reached there")]
    [InlineData("Timeout=10", "Timeout=ten", "Npgsql does not know one of its keywords")]
    [InlineData("Database=", "Database=no_", "a database that exists")]
    public async Task A_database_that_cannot_be_used_is_one_clear_line_at_start(string from, string to, string says)
    {
        _world.Settings["Database__ConnectionString"] = _database.ConnectionString.Replace(from, to, StringComparison.Ordinal);

        var result = await _world.RunAsync("serve");

        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldStartWith("Database:ConnectionString: ");
        result.Error.ShouldContain(says);
        result.Error.ShouldNotContain("\n");
        (result.Output + result.Error).ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_one_clear_line_at_start()
    {
        await _world.RunAsync("db", "migrate");
        await using (var connection = await _database.OpenAsync())
            await connection.ExecuteAsync("INSERT INTO renders.schema_migrations VALUES (9999, 'later', 'x', now())");

        var result = await _world.RunAsync("serve");

        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldStartWith("Database schema: 'version 9999' cannot be used");
    }

    [Fact]
    public async Task The_settings_are_shown_without_the_password()
    {
        var shown = await _world.RunAsync("settings", "--json");

        shown.ExitCode.ShouldBe(0, shown.Error);
        shown.Output.ShouldNotContain(PostgresServer.Password);
        shown.Output.ShouldContain("127.0.0.1");
    }

    private async Task<ProcessResult> SampleAsync(string database, string order)
    {
        await using var sample = RendersProcess.StartProgram(Sample, _world.Folder, new Dictionary<string, string>(), database, order, "A lighthouse in fog");
        return await sample.WaitAsync();
    }

    private async Task<long> CountAsync(string from)
    {
        await using var connection = await _database.OpenAsync();
        return await connection.QuerySingleAsync<long>("SELECT count(*) FROM " + from);
    }
}
