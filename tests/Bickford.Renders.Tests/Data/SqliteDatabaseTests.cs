using System.Text.RegularExpressions;
using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Data;

/// <summary>What only a database in a file can do, or do wrong.</summary>
public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("renders-sqlite-");
    private readonly ManualClock _clock = new(TestRenders.Start);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(":memory:")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x.db;Mode=Memory")]
    [InlineData("Data Source=x.db;Mode=ReadOnly")]
    [InlineData("Data Source=x.db;Cache=Shared")]
    [InlineData("Data Source=x.db;Password=secret")]
    [InlineData("Data Source=x.db;Passwort=secret")]
    [InlineData("Data Source=x.db;Mode=Sometimes;Password=secret")]
    [InlineData("file:x.db")]
    public void A_connection_string_that_cannot_work_is_refused_in_one_line(string connectionString)
    {
        var error = Should.Throw<DatabaseException>(() => RenderDatabase.Sqlite(connectionString, _clock));

        error.Field.ShouldBe("Database:ConnectionString");
        error.Message.ShouldNotContain("\n");
        error.Message.ShouldNotContain("secret");
        error.Message.ShouldContain("allowed: the path of a SQLite file");
    }

    [Theory]
    [InlineData("{0}/a=b/c d.db")]
    [InlineData("Data Source={0}/renders.db")]
    [InlineData("DataSource={0}/renders.db;Default Timeout=5")]
    [InlineData("filename={0}/renders.db")]
    public async Task A_path_and_a_connection_string_are_both_understood(string format)
    {
        using var database = RenderDatabase.Sqlite(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, _folder.FullName), _clock);

        await database.Migrator.MigrateAsync(Cancellation);

        _folder.GetFiles("*.db", SearchOption.AllDirectories).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_one_clear_error()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "not a folder", Cancellation);

        await ShouldFailAsync(Path.Combine(file, "renders.db"), "the path of a SQLite file");
    }

    [Fact]
    public Task A_folder_in_the_place_of_the_file_is_one_clear_error() => ShouldFailAsync(_folder.FullName, "a file, not a folder");

    [Fact]
    public async Task A_file_that_is_no_database_is_one_clear_error_and_stays_as_it_is()
    {
        var file = Path.Combine(_folder.FullName, "letter.txt");
        var text = string.Concat(Enumerable.Repeat("Dear reader, ", 1_000));
        await File.WriteAllTextAsync(file, text, Cancellation);

        await ShouldFailAsync(file, "a SQLite database; this file is something else");

        (await File.ReadAllTextAsync(file, Cancellation)).ShouldBe(text);
    }

    [Fact]
    public async Task Another_programs_database_with_such_a_table_is_one_clear_error()
    {
        var file = Path.Combine(_folder.FullName, "other.db");
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
            await connection.ExecuteAsync("CREATE TABLE renders (x)");

        await ShouldFailAsync(file, "already exists");
    }

    [Fact]
    public async Task A_store_without_its_database_says_what_to_do()
    {
        using var database = RenderDatabase.Sqlite(Path.Combine(_folder.FullName, "renders.db"), _clock);

        var error = await Should.ThrowAsync<DatabaseException>(database.Store.GetAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation));

        error.Message.ShouldContain("run the migrations first");
    }

    [Fact]
    public async Task A_transaction_cut_by_a_crash_leaves_row_and_ledger_as_they_were()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        var render = TestRenders.New(TestRenders.Start);
        await fixture.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        var before = await fixture.Store.GetAsync(render.Id, Cancellation);
        await using (var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await connection.ExecuteAsync("BEGIN IMMEDIATE");
            await connection.ExecuteAsync("UPDATE renders SET status = 'Completed', version = 2");
            await connection.ExecuteAsync("INSERT INTO ledger_events SELECT 2, 'x', 'y', NULL, 1, type, occurred_at, payload, prev_hash, hash FROM ledger_events");
            (await fixture.Store.GetAsync(render.Id, Cancellation)).ShouldBeRow(before, "a reader does not wait for a writer, and sees only what is committed");
        }

        (await fixture.Store.GetAsync(render.Id, Cancellation)).ShouldBeRow(before);
        var next = render.Next();
        (await fixture.Store.CommitAsync(next, 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Committed);
        (await fixture.Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 2, 1, null, 0));
    }

    [Fact]
    public async Task A_refused_write_takes_no_position_in_the_ledger()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        var render = TestRenders.New(TestRenders.Start, key: "one");
        await fixture.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        var next = render.Next();
        await Should.ThrowAsync<DatabaseException>(fixture.Store.CommitAsync(next, 1, [next.Entry(), render.Entry("render.enqueued")], Cancellation));
        await fixture.Store.InsertAsync(TestRenders.New(TestRenders.Start, key: "one"), [next.Entry("render.enqueued")], Cancellation);

        await fixture.Store.CommitAsync(next, 1, [next.Entry()], Cancellation);

        (await fixture.Ledger.TailAsync(1, Cancellation))[0].Seq.ShouldBe(2);
        (await fixture.Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task What_no_database_can_hold_in_a_text_is_replaced_and_cuts_nothing_off()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        var render = TestRenders.New(TestRenders.Start) with { Message = "one\0two\ud83c" };
        await fixture.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);

        (await fixture.Store.GetAsync(render.Id, Cancellation))!.Message.ShouldBe("one\ufffdtwo\ufffd");
    }

    [Fact]
    public async Task A_person_can_read_the_rows_with_a_shell()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        var render = TestRenders.New(TestRenders.Start) with { Cost = 0.80m, Tags = ["ads"] };
        await fixture.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        await using var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False");

        (await connection.QuerySingleAsync<string>("SELECT id || ' ' || status || ' ' || step || ' ' || due_at || ' ' || cost || ' ' || tags FROM renders"))
            .ShouldBe($"{render.Id:D} Queued Create 2026-03-01T12:00:00.000Z 0.80 [\"ads\"]");
    }

    [Theory]
    [InlineData($"SELECT id FROM renders WHERE {RenderTable.IsOpen} AND due_at <= 'x' AND (lease_until IS NULL OR lease_until <= 'x') ORDER BY due_at, id LIMIT 1", "renders_due")]
    [InlineData($"SELECT id FROM renders WHERE {RenderTable.IsOpen} AND due_at <= 'x' AND (lease_until IS NULL OR lease_until <= 'x') AND (due_at, id) > ('x', 'y') ORDER BY due_at, id LIMIT 1", "renders_due")]
    [InlineData($"SELECT id FROM renders WHERE {RenderTable.IsOpen} AND due_at IS NOT NULL AND NOT ({RenderTable.WaitsForRoom}) AND NOT ({RenderTable.WaitsForSource}) AND id > 'x' ORDER BY id LIMIT 1", "renders_open")]
    [InlineData($"SELECT * FROM renders WHERE {RenderTable.WaitsForRoom} ORDER BY priority DESC, turn, id LIMIT 9", "renders_waiting_for_room")]
    [InlineData($"SELECT id FROM renders AS waiting WHERE {RenderTable.WaitsForSource} AND (lease_until IS NULL OR lease_until <= 'x') AND NOT EXISTS (SELECT 1 FROM renders AS source WHERE source.id = waiting.remix_of AND NOT ({RenderTable.IsSettled})) ORDER BY remix_of, id LIMIT 9", "renders_waiting_for_source")]
    [InlineData($"SELECT id FROM renders AS waiting WHERE {RenderTable.WaitsForSource} AND remix_of IN ('x', 'y') AND (lease_until IS NULL OR lease_until <= 'x') ORDER BY remix_of, id LIMIT 9", "renders_waiting_for_source")]
    [InlineData($"SELECT id FROM renders WHERE model = 'x' AND {RenderTable.IsOpenCreate} AND prompt = 'x' ORDER BY create_since, id", "renders_open_creates")]
    [InlineData("SELECT * FROM renders WHERE status IN ('Failed') ORDER BY id DESC LIMIT 1", "renders_status")]
    [InlineData("SELECT * FROM ledger_events WHERE stream = 'x' AND seq > 1 ORDER BY seq LIMIT 1", "ledger_events_stream")]
    public async Task The_worker_s_queries_use_their_indexes_and_sort_nothing(string sql, string index)
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        await using var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False");

        var plan = string.Join("\n", (await connection.QueryAsync("EXPLAIN QUERY PLAN " + sql)).Select(row => (string)row.detail));

        plan.ShouldMatch($@"INDEX {index}\b");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact]
    public async Task A_write_whose_log_cannot_be_taken_to_the_disk_is_not_called_done()
    {
        var file = Path.Combine(_folder.FullName, "renders.db");
        using var database = RenderDatabase.Sqlite(file, _clock);
        await database.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start);

        // In the place of the log stands something that cannot be flushed; the connections in the pool have the log itself open still.
        File.Move(file + "-wal", file + ".log");
        Directory.CreateDirectory(file + "-wal");
        var error = await Should.ThrowAsync<DatabaseException>(database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation));
        error.Message.ShouldContain("a disk that keeps what is written");
        (await database.Store.TryLeaseAsync(render.Id, render.Step, 1, "a", TimeSpan.FromSeconds(1), Cancellation)).ShouldNotBeNull("a lease does not wait for the disk");

        Directory.Delete(file + "-wal");
        File.Move(file + ".log", file + "-wal");
        (await database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation)).Created.ShouldBeFalse("it is there all the same: asking again says so");
    }

    [Fact]
    public async Task Many_who_write_at_once_share_their_trips_to_the_disk_and_all_of_it_is_there()
    {
        using var database = RenderDatabase.Sqlite(Path.Combine(_folder.FullName, "renders.db"), _clock);
        await database.Migrator.MigrateAsync(Cancellation);
        var renders = Enumerable.Range(0, 64).Select(i => TestRenders.New(TestRenders.Start.AddMilliseconds(i))).ToList();

        var results = await Task.WhenAll(renders.Select(render => Task.Run(() => database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation))));

        results.ShouldAllBe(result => result.Created);
        (await database.Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 64, 64, null, 0));
    }

    [Fact]
    public async Task Counting_room_reads_as_many_rows_as_it_counts()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        await using var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False");

        var before = await PlanAsync(connection, RenderTable.CountWaitingBefore("renders"));
        Regex.Count(before, "USING (COVERING )?INDEX renders_waiting_for_room").ShouldBe(2);
        (await PlanAsync(connection, $"SELECT {RenderTable.CountInFlight("renders")}")).ShouldContain("INDEX renders_in_flight");
    }

    [Fact]
    public async Task The_next_create_is_the_first_of_its_index()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        await using var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False");

        var plan = await PlanAsync(connection, $"SELECT id FROM renders WHERE {RenderTable.IsCreateDue} AND coalesce(due_at <= @id, false) AND coalesce(lease_until <= @id, true) ORDER BY priority DESC, turn, id LIMIT 1");

        plan.ShouldContain("SCAN renders USING INDEX renders_creates_due");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact]
    public async Task What_is_due_at_a_step_is_found_by_its_index()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        await using var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False");

        var plan = await PlanAsync(connection, $"SELECT id FROM renders WHERE {RenderTable.IsOpen} AND {RenderTable.HasBegun} AND step = 'Download' AND due_at <= @id AND (lease_until IS NULL OR lease_until <= @id) ORDER BY due_at, id LIMIT 500");

        plan.ShouldContain("INDEX renders_begun_due (step=? AND due_at<?)");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact]
    public async Task What_was_spent_in_a_day_is_summed_up_from_that_day_s_rows_alone()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        await using var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False");

        (await PlanAsync(connection, "SELECT * FROM renders WHERE batch = @id AND status IN ('Failed', 'Parked') ORDER BY id DESC LIMIT @most")).ShouldContain("INDEX renders_batch");
        (await PlanAsync(connection, $"SELECT sum({RenderTable.Millionths}) FROM renders WHERE {RenderTable.IsSentSince(0)} AND id <> @id")).ShouldContain("SEARCH renders USING INDEX renders_spent");
    }

    [Fact]
    public async Task A_new_turn_is_read_off_the_ends_of_indexes()
    {
        await using var fixture = await SqliteFixture.CreateAsync();
        await using var connection = new SqliteConnection($"Data Source={fixture.File};Pooling=False");

        var plan = await PlanAsync(connection, $"SELECT {RenderTable.NextTurn("renders", fixture.First.Core.Dialect)}");

        foreach (var index in new[] { "renders_to_begin", "renders_in_flight", "renders_shares" })
            Regex.Count(plan, $@"INDEX {index}\b").ShouldBe(1, plan);
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact]
    public async Task A_worker_gets_store_ledger_and_migrator()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        new RendersBuilder(services).UseSqlite(Path.Combine(_folder.FullName, "renders.db"));
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<DatabaseMigrator>().MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start);
        await provider.GetRequiredService<IRenderStore>().InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);

        (await provider.GetRequiredService<ILedger>().VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    private static async Task<string> PlanAsync(SqliteConnection connection, string sql) =>
        string.Join("\n", (await connection.QueryAsync("EXPLAIN QUERY PLAN " + sql, new { id = "x", priority = 0, turn = 3, share = "a", most = 9, max_in_flight = 9 })).Select(row => (string)row.detail));

    private async Task ShouldFailAsync(string path, string says)
    {
        using var database = RenderDatabase.Sqlite(path, _clock);

        var error = await Should.ThrowAsync<DatabaseException>(database.Migrator.MigrateAsync(Cancellation));

        error.Message.ShouldContain(path);
        error.Message.ShouldContain(says);
        error.Message.ShouldNotContain("\n");
    }
}
