using System.Globalization;
using System.Transactions;
using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>What only a database server can do, or do wrong.</summary>
public sealed class PostgreSqlDatabaseTests(PostgresServer server) : IAsyncLifetime
{
    private PostgresDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("renders-data/renders.db")]
    [InlineData("Database=renders;Password=hunter2")]
    [InlineData("Host=db;Pasword=hunter2")]
    [InlineData("Host=db;Password=hun;hunter2")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("Host=db;Password=one;hunter2=two")]
    [InlineData("postgres://renders:hunter2@db/renders")]
    public void A_connection_string_that_cannot_work_is_refused_in_one_line_that_tells_no_secret(string connectionString)
    {
        var error = Should.Throw<DatabaseException>(() => new RendersBuilder(new ServiceCollection()).UsePostgreSql(connectionString));

        error.Field.ShouldBe("Database:ConnectionString");
        error.ToString().ShouldNotContain("hunter2");
        error.Message.ShouldNotContain("\n");
        error.Message.ShouldContain("allowed: a connection string such as 'Host=");
    }

    [Fact]
    public Task A_wrong_password_is_one_clear_error() => ShouldFailAsync(settings => settings.Password = "wrong-secret", "the right user and password");

    [Fact]
    public Task A_wrong_user_is_one_clear_error() => ShouldFailAsync(settings => settings.Username = "nobody", "user");

    [Fact]
    public Task An_unknown_database_is_one_clear_error() => ShouldFailAsync(settings => settings.Database = "nowhere", "a database that exists");

    [Fact]
    public Task A_port_where_nobody_listens_is_one_clear_error() => ShouldFailAsync(settings => settings.Port = 1, "a server that runs and can be reached there");

    [Fact]
    public Task A_host_that_is_not_there_is_one_clear_error() => ShouldFailAsync(settings => settings.Host = "no-such-host.invalid", "a server that runs and can be reached there");

    [Fact]
    public async Task A_user_without_rights_is_told_which_and_can_work_once_he_has_them()
    {
        var role = $"limited_{_database.Name}";
        await ExecuteAsync($"DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN PASSWORD 'limited-secret'");
        await ShouldFailAsync(settings => (settings.Username, settings.Password) = (role, "limited-secret"), "a user with the rights");

        using var owner = Open(_ => { });
        await owner.Migrator.MigrateAsync(Cancellation);
        await ShouldFailAsync(settings => (settings.Username, settings.Password) = (role, "limited-secret"), "usage of it and rights on its tables");

        // What a DBA grants to a worker that may not change the schema.
        await ExecuteAsync($"GRANT USAGE ON SCHEMA renders TO {role}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA renders TO {role}");
        using var limited = Open(settings => (settings.Username, settings.Password) = (role, "limited-secret"));
        await limited.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start);
        await limited.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        var next = render.Next() with { LedgerSeq = 1 };
        (await limited.Store.CommitAsync(next, 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Committed);
        await limited.Ledger.RecordAsync("notes", "note", [], null, Cancellation);
        (await limited.Ledger.ReadAsync(cancellationToken: Cancellation).CountAsync(Cancellation)).ShouldBe(3);
        (await limited.Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
        await ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
    }

    [Theory]
    [InlineData("13.14", "UTF8", "PostgreSQL 14 or later")]
    [InlineData("9.6", "UTF8", "the server is PostgreSQL 9.6")]
    [InlineData("15.1", "SQL_ASCII", "its encoding is SQL_ASCII")]
    public void A_server_that_cannot_do_is_refused_in_one_line(string version, string encoding, string says)
    {
        using var source = PostgreSqlServer.Parse(_database.ConnectionString);

        Should.NotThrow(() => source.Check(new Version(14, 0), "UTF8"));
        Should.Throw<DatabaseException>(() => source.Check(Version.Parse(version), encoding)).Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_store_without_its_tables_says_what_to_do()
    {
        using var database = Open(_ => { });

        var error = await Should.ThrowAsync<DatabaseException>(database.Store.GetAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation));

        error.Message.ShouldContain("run the migrations first");
    }

    [Fact]
    public async Task Leases_go_by_the_databases_clock_whatever_the_workers_clocks_say()
    {
        var fast = new ManualClock(TestRenders.Start.AddYears(10));
        using var other = RenderDatabase.PostgreSql(_database.ConnectionString, fast);
        using var database = Open(_ => { });
        await database.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start);
        await database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);

        var leased = await database.Store.TryLeaseAsync(render.Id, render.Step, 1, "a", TimeSpan.FromMinutes(1), Cancellation);

        (await other.Store.TryLeaseAsync(render.Id, render.Step, 1, "b", TimeSpan.FromMinutes(1), Cancellation)).ShouldBeNull();
        (await other.Store.ListOverdueAsync(fast.GetUtcNow(), 10, null, Cancellation)).ShouldBeEmpty();
        await using var connection = await _database.OpenAsync();
        var left = leased!.LeaseUntil!.Value - await connection.QuerySingleAsync<DateTime>("SELECT clock_timestamp()");
        left.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("UPDATE renders.ledger_events SET payload = '{}'", "never changed")]
    [InlineData("DELETE FROM renders.ledger_events", "never removed")]
    [InlineData("TRUNCATE renders.ledger_events", "never removed")]
    [InlineData("TRUNCATE renders.renders CASCADE", "never removed")]
    [InlineData("SET session_replication_role = replica; DELETE FROM renders.ledger_events", "never removed")]
    public async Task The_database_itself_refuses_to_edit_the_ledger(string sql, string reason)
    {
        using var database = Open(_ => { });
        await database.Migrator.MigrateAsync(Cancellation);
        await database.Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        (await Should.ThrowAsync<PostgresException>(ExecuteAsync(sql))).Message.ShouldContain(reason);

        (await database.Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    [Fact]
    public async Task Rows_and_events_have_the_databases_own_types()
    {
        using var database = Open(_ => { });
        await database.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start) with { Cost = 0.80m, Tags = ["ads\0\ud83c"], Message = "one\0two\ud83c" };
        await database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        await using var connection = await _database.OpenAsync();

        (await connection.QuerySingleAsync<string>(
            """
            SELECT concat_ws(' ', pg_typeof(id), pg_typeof(due_at), pg_typeof(tags), pg_typeof(cost), pg_typeof(cancel_requested), cost + 1, tags ->> 0, message)
            FROM renders.renders WHERE due_at = timestamptz '2026-03-01 12:00+00'
            """)).ShouldBe("uuid timestamp with time zone jsonb numeric boolean 1.80 ads\ufffd\ufffd one\ufffdtwo\ufffd");
        (await connection.QuerySingleAsync<string>("SELECT payload::jsonb ->> 'status' FROM renders.ledger_events")).ShouldBe("Queued");
    }

    [Fact]
    public async Task A_callers_ambient_transaction_is_left_alone()
    {
        using var database = Open(_ => { });
        await database.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start);

        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            await database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);

        (await database.Store.GetAsync(render.Id, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_stricter_default_of_the_server_makes_no_difference()
    {
        using var database = Open(settings => settings.Options = "-c default_transaction_isolation=serializable");
        await database.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start, key: "order-1");

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            var one = TestRenders.New(TestRenders.Start, key: "order-1");
            return database.Store.InsertAsync(one, [one.Entry("render.enqueued")], Cancellation);
        })));

        results.Count(result => result.Created).ShouldBe(1);
        results.Select(result => result.Render.Id).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_restart_of_the_server_costs_the_next_calls_nothing()
    {
        await using var own = await PostgresServer.StartNewAsync();
        await using var mine = await own.CreateDatabaseAsync();
        using var database = RenderDatabase.PostgreSql(mine.ConnectionString, TimeProvider.System);
        await database.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start);
        await database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => database.Store.GetAsync(render.Id, Cancellation)));

        own.StopImmediate();
        (await Should.ThrowAsync<DatabaseException>(database.Store.GetAsync(render.Id, Cancellation))).Message.ShouldContain("a server that runs");
        own.Start();

        (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => database.Store.GetAsync(render.Id, Cancellation)))).ShouldAllBe(row => row!.Version == 1);
        (await database.Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task The_worker_s_queries_use_their_indexes_on_a_filled_table()
    {
        using var database = Open(_ => { });
        await database.Migrator.MigrateAsync(Cancellation);
        await ExecuteAsync(Filling);
        await using var connection = await _database.OpenAsync();

        await ShouldUseAsync(connection, "renders_due", $"SELECT id FROM renders.renders WHERE {RenderTable.IsOpen} AND due_at <= now() AND (lease_until IS NULL OR lease_until <= clock_timestamp()) ORDER BY due_at, id LIMIT 100");
        await ShouldUseAsync(connection, "renders_(open|due)", $"SELECT id FROM renders.renders WHERE {RenderTable.IsOpen} AND due_at IS NOT NULL AND id > '00000000-0000-0000-0000-000000000000' ORDER BY id LIMIT 500");
        await ShouldUseAsync(connection, "renders_due", $"SELECT id FROM renders.renders WHERE {RenderTable.IsOpen} AND due_at <= now() AND (lease_until IS NULL OR lease_until <= clock_timestamp()) AND (due_at, id) > (now() - interval '1 hour', '00000000-0000-0000-0000-000000000000') ORDER BY due_at, id LIMIT 500");
        await ShouldUseAsync(connection, "renders_begun_due", $"SELECT id FROM renders.renders WHERE {RenderTable.IsOpen} AND {RenderTable.HasBegun} AND step = 'Download' AND due_at <= now() AND (lease_until IS NULL OR lease_until <= clock_timestamp()) ORDER BY due_at, id LIMIT 500");
        await ShouldUseAsync(connection, "renders_open_creates", $"SELECT id FROM renders.renders WHERE model = 'sora-2' AND {RenderTable.IsOpenCreate} AND prompt = 'p' ORDER BY create_since, id");
        await ShouldUseAsync(connection, "renders_waiting_for_room", $"SELECT * FROM renders.renders WHERE {RenderTable.WaitsForRoom} ORDER BY priority DESC, turn, id LIMIT 9");
        // Of the few here a sort is as good: the index must be able to spare it.
        await connection.ExecuteAsync("SET enable_sort = off");
        await ShouldUseAsync(
            connection,
            "renders_creates_due",
            $"SELECT id FROM renders.renders WHERE {RenderTable.IsCreateDue} AND coalesce(due_at <= now(), false) AND coalesce(lease_until <= clock_timestamp(), true) ORDER BY priority DESC, turn, id LIMIT 1 FOR UPDATE SKIP LOCKED");
        await connection.ExecuteAsync("RESET enable_sort");
        var nextTurn = "SELECT " + RenderTable.NextTurn("renders.renders", database.Core.Dialect).Replace("@priority", "0", StringComparison.Ordinal).Replace("@share", "'a'", StringComparison.Ordinal);
        foreach (var index in new[] { "renders_to_begin", "renders_in_flight", "renders_shares" })
            await ShouldUseAsync(connection, index, nextTurn);
        await ShouldUseAsync(connection, "renders_in_flight", $"SELECT {RenderTable.CountInFlight("renders.renders")}".Replace("@id", "'00000000-0000-0000-0000-000000000000'", StringComparison.Ordinal).Replace("@max_in_flight", "9", StringComparison.Ordinal));
        await ShouldUseAsync(connection, "renders_status", "SELECT * FROM renders.renders WHERE status = ANY('{Failed}') ORDER BY id DESC LIMIT 50");
        await ShouldUseAsync(connection, "renders_video_id_key", "SELECT video_id FROM renders.renders WHERE video_id = ANY('{video_1,video_2,video_9999999}')");
        await ShouldUseAsync(connection, "renders_idempotency_key_key", "SELECT id FROM renders.renders WHERE idempotency_key = 'key 7'");
        await ShouldUseAsync(connection, "renders_pkey", "SELECT * FROM renders.renders ORDER BY id DESC LIMIT 50");
        await ShouldUseAsync(connection, "ledger_events_stream(_render_seq_key)?", "SELECT * FROM renders.ledger_events WHERE stream = 'stream 7' AND seq > 1 AND seq <= 9999999 ORDER BY seq LIMIT 100");
        await ShouldUseAsync(connection, "ledger_events_pkey", "SELECT * FROM renders.ledger_events WHERE seq > 500 AND seq <= 9999999 ORDER BY seq LIMIT 100");
        await ShouldUseAsync(connection, "ledger_events_stream_render_seq_key", "SELECT render_seq FROM renders.ledger_events WHERE stream = 'stream 7' ORDER BY render_seq DESC LIMIT 1");
    }

    // Twenty thousand renders, most of them done, one in a hundred open.
    private const string Filling =
        """
        INSERT INTO renders.renders (id, idempotency_key, request_hash, prompt, model, tags, priority, status, step, attempt, looks, progress, due_at, version,
            cancel_requested, create_since, video_id, deadline_at, assets, ledger_seq, ledger_hash, created_at, updated_at)
        SELECT gen_random_uuid(), 'key ' || i, 'h', 'a prompt of some length, number ' || i, 'sora-2', '["a"]', 0,
            CASE WHEN i % 100 = 0 THEN 'Rendering' WHEN i % 100 = 1 THEN 'Failed' ELSE 'Completed' END, 'Poll', 0, 0, 0, CASE WHEN i % 100 = 0 THEN now() END, 3,
            false, CASE WHEN i % 200 = 0 THEN now() END, CASE WHEN i % 200 <> 0 THEN 'video_' || i END, now(), '[]', 3, 'h', now(), now()
        FROM generate_series(1, 20000) i;
        INSERT INTO renders.ledger_events (event_id, stream, render_seq, type, occurred_at, payload, prev_hash, hash)
        SELECT gen_random_uuid(), 'stream ' || i % 4000, i / 4000 + 1, 'note', now(), '{}', 'h', 'h' FROM generate_series(1, 20000) i;
        ANALYZE renders.renders, renders.ledger_events;
        """;

    private static async Task ShouldUseAsync(NpgsqlConnection connection, string index, string sql)
    {
        var plan = string.Join("\n", await connection.QueryAsync<string>("EXPLAIN " + sql));
        plan.ShouldMatch($@"\b{index}\b", sql);
        plan.ShouldNotContain("Seq Scan", Case.Sensitive, sql);
    }

    private async Task ShouldFailAsync(Action<NpgsqlConnectionStringBuilder> change, string says)
    {
        using var database = Open(change);

        var error = await Should.ThrowAsync<DatabaseException>(database.Migrator.MigrateAsync(Cancellation));

        error.Message.ShouldStartWith("Database:ConnectionString: '");
        error.Message.ShouldContain(says);
        error.Message.ShouldNotContain("\n");
        error.ToString().ShouldNotContain(PostgresServer.Password);
        error.ToString().ShouldNotContain("wrong-secret");
        error.ToString().ShouldNotContain("limited-secret");
    }

    private RenderDatabase Open(Action<NpgsqlConnectionStringBuilder> change)
    {
        var settings = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Timeout = 5 };
        change(settings);
        return RenderDatabase.PostgreSql(settings.ConnectionString, TimeProvider.System);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _database.OpenAsync();
        await connection.ExecuteAsync(sql);
    }
}
