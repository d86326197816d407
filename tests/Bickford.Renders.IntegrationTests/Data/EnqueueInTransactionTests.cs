using System.Collections.Concurrent;
using System.Data.Common;
using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Data;
using Bickford.Renders.Videos;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NSubstitute;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>A render that is enqueued inside a caller's transaction exists exactly if that commits, and workers hear of it then.</summary>
public abstract class EnqueueInTransactionContract : IAsyncLifetime
{
    private readonly Engine _engine = new();
    private ServiceProvider _caller = null!;
    private ServiceProvider _worker = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected IRenders Renders => _caller.GetRequiredService<IRenders>();

    private protected IRenderStore Store => _caller.GetRequiredService<IRenderStore>();

    private ILedger Ledger => _caller.GetRequiredService<ILedger>();

    public virtual async ValueTask InitializeAsync()
    {
        _caller = Provider(null);
        _worker = Provider(_engine);
        await _caller.GetRequiredService<DatabaseMigrator>().MigrateAsync(Cancellation);
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("CREATE TABLE orders (id text PRIMARY KEY)");
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var service in _worker.GetServices<IHostedService>())
            await service.StopAsync(CancellationToken.None);
        await _caller.DisposeAsync();
        await _worker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_render_exists_with_the_callers_row_once_he_commits()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await connection.ExecuteAsync("INSERT INTO orders VALUES ('17')", transaction: transaction);

        var render = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, "order-17", Cancellation);

        (await Renders.GetAsync(render.Id, Cancellation)).ShouldBeNull();
        await transaction.CommitAsync(Cancellation);
        (await Renders.GetAsync(render.Id, Cancellation))!.Prompt.ShouldBe("A lighthouse");
        (await connection.QuerySingleAsync<long>("SELECT count(*) FROM orders")).ShouldBe(1);
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    [Fact]
    public async Task The_render_is_gone_with_the_callers_row_when_he_rolls_back()
    {
        await using var connection = await OpenAsync();
        Render render;
        await using (var transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await connection.ExecuteAsync("INSERT INTO orders VALUES ('17')", transaction: transaction);
            render = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, "order-17", Cancellation);
        }

        (await Renders.GetAsync(render.Id, Cancellation)).ShouldBeNull();
        (await Renders.EnqueueAsync(new RenderRequest("Another"), "order-17", Cancellation)).Id.ShouldNotBe(render.Id);
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    [Fact]
    public async Task A_row_whose_events_cannot_be_written_is_not_what_the_caller_commits()
    {
        var there = TestRenders.New(TestRenders.Start);
        await Store.InsertAsync(there, [there.Entry()], Cancellation);
        var render = TestRenders.New(TestRenders.Start);
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);

        await Should.ThrowAsync<DatabaseException>(Store.InsertAsync(render, [render.Entry(), there.Entry()], transaction, Cancellation));
        await transaction.CommitAsync(Cancellation);

        (await Store.GetAsync(render.Id, Cancellation)).ShouldBeNull();
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_render_inside_and_outside_of_transactions()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var first = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, "order-17", Cancellation);

        (await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, "order-17", Cancellation)).Id.ShouldBe(first.Id);
        var conflict = await Should.ThrowAsync<RenderConflictException>(Renders.EnqueueAsync(new RenderRequest("Another"), transaction, "order-17", Cancellation));
        conflict.Message.ShouldContain("order-17");
        await connection.ExecuteAsync("INSERT INTO orders VALUES ('the transaction goes on')", transaction: transaction);
        await transaction.CommitAsync(Cancellation);

        (await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), "order-17", Cancellation)).Id.ShouldBe(first.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_key_in_another_call_waits_for_the_transaction_that_holds_it(bool commits)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var first = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, "order-17", Cancellation);
        var second = Task.Run(() => Renders.EnqueueAsync(new RenderRequest("A lighthouse"), "order-17", Cancellation), Cancellation);
        await WaitingAsync();
        second.IsCompleted.ShouldBeFalse();

        await (commits ? transaction.CommitAsync(Cancellation) : transaction.RollbackAsync(Cancellation));

        ((await second).Id == first.Id).ShouldBe(commits);
        (await Renders.ListAsync(cancellationToken: Cancellation)).Items.ShouldHaveSingleItem().Id.ShouldBe((await second).Id);
    }

    [Fact]
    public async Task A_transaction_that_has_ended_is_one_clear_error()
    {
        await using var connection = await OpenAsync();
        await using var committed = await connection.BeginTransactionAsync(Cancellation);
        await committed.CommitAsync(Cancellation);
        var disposed = await connection.BeginTransactionAsync(Cancellation);
        await disposed.DisposeAsync();

        foreach (var transaction in (DbTransaction[])[committed, disposed])
        {
            var error = await Should.ThrowAsync<RenderRequestException>(Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, null, Cancellation));
            error.Field.ShouldBe("transaction");
            error.Message.ShouldContain(transaction.GetType().Name);
        }

        (await Renders.ListAsync(cancellationToken: Cancellation)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_transaction_of_another_kind_is_one_clear_error()
    {
        var transaction = Substitute.For<DbTransaction>();

        var error = await Should.ThrowAsync<RenderRequestException>(Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, null, Cancellation));

        error.Message.ShouldContain("or is of another kind");
        await Should.ThrowAsync<ArgumentNullException>(async () => await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), (DbTransaction)null!, null, Cancellation));
    }

    [Fact]
    public async Task A_worker_hears_of_the_render_when_the_caller_commits_and_not_before()
    {
        await StartWorkerAsync();
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var render = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, cancellationToken: Cancellation);
        var other = await Renders.EnqueueAsync(new RenderRequest("A kite"), transaction, cancellationToken: Cancellation);
        _engine.Jobs.ShouldBeEmpty();

        await transaction.CommitAsync(Cancellation);

        await Eventually.HoldsAsync("the worker's engine is told of both", () => Task.FromResult(_engine.Jobs.Select(job => job.RenderId).ToHashSet().IsSupersetOf([render.Id, other.Id])));
        _engine.Jobs.ShouldContain(StepJob.For(render)!);
    }

    [Fact]
    public async Task A_worker_that_starts_to_listen_takes_what_it_may_have_missed()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var render = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, cancellationToken: Cancellation);
        await transaction.CommitAsync(Cancellation);

        await StartWorkerAsync();

        _engine.Jobs.ShouldContain(StepJob.For(render)!);
    }

    protected abstract Task<DbConnection> OpenAsync();

    /// <summary>Returns when another call waits for the open transaction, as far as the database lets that be seen.</summary>
    protected abstract Task WaitingAsync();

    private protected abstract void Use(RendersBuilder builder);

    private protected async Task StartWorkerAsync()
    {
        var before = _engine.Calls;
        foreach (var service in _worker.GetServices<IHostedService>())
            await service.StartAsync(Cancellation);
        await Eventually.HoldsAsync("the worker listens", () => Task.FromResult(_engine.Calls > before));
    }

    private protected Engine WorkersEngine => _engine;

    private ServiceProvider Provider(Engine? engine)
    {
        var services = new ServiceCollection();
        services.AddSingleton(Substitute.For<IVideosApi>());
        services.AddSingleton<IVideoStore>(new InMemoryVideoStore());
        if (engine is not null)
            services.AddSingleton<IJobScheduler>(engine);
        Use(services.AddRenders(options => options.DefaultModel = "sora-2"));
        return services.BuildServiceProvider();
    }

    /// <summary>An engine that only remembers what it was told.</summary>
    private protected sealed class Engine : IJobScheduler
    {
        private int _calls;

        public ConcurrentQueue<StepJob> Jobs { get; } = [];

        public int Calls => Volatile.Read(ref _calls);

        public Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default)
        {
            foreach (var job in jobs)
                Jobs.Enqueue(job);
            Interlocked.Increment(ref _calls);
            return Task.CompletedTask;
        }
    }
}

/// <summary>On PostgreSQL: the database calls.</summary>
public sealed class PostgreSqlEnqueueInTransactionTests(PostgresServer server) : EnqueueInTransactionContract
{
    private PostgresDatabase _database = null!;

    public override async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_whose_connection_was_cut_listens_again()
    {
        await StartWorkerAsync();
        await using var connection = await _database.OpenAsync();
        await connection.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN renders_due'");
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var render = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, cancellationToken: Cancellation);
        await transaction.CommitAsync(Cancellation);

        await Eventually.HoldsAsync("the worker is told", () => Task.FromResult(WorkersEngine.Jobs.Contains(StepJob.For(render)!)));
    }

    [Fact]
    public async Task Of_two_transactions_with_one_key_the_second_waits_and_gets_the_firsts_render()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await using var first = await one.BeginTransactionAsync(Cancellation);
        await using var second = await other.BeginTransactionAsync(Cancellation);
        var render = await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), first, "order-17", Cancellation);
        var waiting = Renders.EnqueueAsync(new RenderRequest("A lighthouse"), second, "order-17", Cancellation);
        await WaitingAsync();

        await first.CommitAsync(Cancellation);

        (await waiting).Id.ShouldBe(render.Id);
        await second.CommitAsync(Cancellation);
    }

    [Fact]
    public async Task Above_read_committed_a_key_that_was_committed_meanwhile_asks_to_run_the_transaction_again()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Cancellation);
        await connection.ExecuteAsync("SELECT count(*) FROM orders", transaction: transaction);
        await Renders.EnqueueAsync(new RenderRequest("A lighthouse"), "order-17", Cancellation);

        var error = await Should.ThrowAsync<DatabaseException>(Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, "order-17", Cancellation));

        error.Message.ShouldContain("a transaction that is run again");
        error.InnerException.ShouldBeOfType<PostgresException>().SqlState.ShouldBe(PostgresErrorCodes.SerializationFailure);
    }

    [Fact]
    public async Task A_transaction_with_a_failed_statement_is_one_clear_error()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await Should.ThrowAsync<PostgresException>(connection.ExecuteAsync("SELECT 1 / 0", transaction: transaction));

        (await Should.ThrowAsync<DatabaseException>(Renders.EnqueueAsync(new RenderRequest("A lighthouse"), transaction, null, Cancellation))).Message.ShouldContain("roll it back");
    }

    protected override async Task<DbConnection> OpenAsync() => await _database.OpenAsync();

    protected override async Task WaitingAsync()
    {
        await using var connection = await _database.OpenAsync();
        await Eventually.HoldsAsync("somebody waits", async () => await connection.QuerySingleAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") > 0);
    }

    private protected override void Use(RendersBuilder builder) => builder.UsePostgreSql(_database.ConnectionString);
}

/// <summary>On SQLite: the worker looks.</summary>
public sealed class SqliteEnqueueInTransactionTests : EnqueueInTransactionContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("renders-enqueue-");

    private string File => Path.Combine(_folder.FullName, "renders.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override async Task<DbConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    // Whoever writes waits inside SQLite, where nobody can see it.
    protected override Task WaitingAsync() => Task.CompletedTask;

    private protected override void Use(RendersBuilder builder) => builder.UseSqlite(File);
}
