using System.Collections.Concurrent;
using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.Tests.Quartz;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bickford.Renders.IntegrationTests.Quartz;

/// <summary>Several engines on one database.</summary>
public sealed class ClusterTests(PostgresServer server) : IAsyncDisposable
{
    private readonly List<Node> _nodes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Two_nodes_share_the_jobs_and_run_each_once()
    {
        await using var database = await server.CreateDatabaseAsync();
        var first = await StartAsync(database.ConnectionString);
        var second = await StartAsync(database.ConnectionString);
        // Long enough that one node cannot be done before the other has looked.
        first.Runner.During = second.Runner.During = (_, stopping) => Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stopping);
        var jobs = Enumerable.Range(0, 500).Select(i => Job((RenderStep)(i % 5), Now.AddMilliseconds(i % 3 * 100))).ToList();

        await Task.WhenAll(jobs.Chunk(100).Select(chunk => first.Scheduler.ScheduleAsync(chunk, Token)));

        await Eventually.HoldsAsync("all have run", () => Task.FromResult(Runs().Count() >= jobs.Count));
        await IdleAsync(database);
        Runs().ShouldBe(jobs, ignoreOrder: true);
        first.Runner.Runs.ShouldNotBeEmpty();
        second.Runner.Runs.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_job_that_every_node_asks_for_at_once_runs_once()
    {
        await using var database = await server.CreateDatabaseAsync();
        for (var i = 0; i < 4; i++)
            await StartAsync(database.ConnectionString);
        var gate = new TaskCompletionSource();
        foreach (var node in _nodes)
            node.Runner.During = (_, stopping) => gate.Task.WaitAsync(stopping);
        var jobs = Enumerable.Range(0, 40).Select(_ => Job(RenderStep.Create, Now)).ToList();

        // As the signal of the database does it, one by one; and as reconcile does it, many at once.
        await Task.WhenAll(jobs.SelectMany(job => _nodes.Select(node => Task.Run(() => node.Scheduler.ScheduleAsync([job], Token), Token))));
        await Task.WhenAll(_nodes.Select(node => Task.Run(() => node.Scheduler.ScheduleAsync(jobs, Token), Token)));
        gate.SetResult();

        await IdleAsync(database);
        Runs().ShouldBe(jobs, ignoreOrder: true);
        Problems().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_that_quartz_has_given_up_runs_when_it_is_asked_for_again()
    {
        await using var database = await server.CreateDatabaseAsync();
        await MigrateAsync(database.ConnectionString);
        var node = Build(database.ConnectionString);
        var jobs = new[] { Job(RenderStep.Create, Now), Job(RenderStep.Create, Now), Job(RenderStep.Create, Now) };
        await node.Scheduler.ScheduleAsync(jobs, Token);
        await using (var connection = await database.OpenAsync())
            await connection.ExecuteAsync("UPDATE renders.qrtz_triggers SET trigger_state = 'ERROR'");
        await node.Host.StartAsync(Token);

        await node.Scheduler.ScheduleAsync([jobs[0]], Token);
        await node.Scheduler.ScheduleAsync(jobs[1..], Token);

        await node.Runner.FinishedAsync(3);
        Runs().ShouldBe(jobs, ignoreOrder: true);
    }

    [Fact]
    public async Task A_job_that_quartz_has_given_up_and_nobody_asks_for_is_forgotten()
    {
        await using var database = await server.CreateDatabaseAsync();
        await MigrateAsync(database.ConnectionString);
        var node = Build(database.ConnectionString);
        await node.Scheduler.ScheduleAsync([Job(RenderStep.Create, Now), Job(RenderStep.Download, Now)], Token);
        await using var connection = await database.OpenAsync();
        await connection.ExecuteAsync("UPDATE renders.qrtz_triggers SET trigger_state = 'ERROR'");

        await node.Host.StartAsync(Token);

        await Eventually.HoldsAsync("they are gone", async () => await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM renders.qrtz_triggers") == 0);
        node.Runner.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ten_nodes_start_at_once_on_an_empty_database()
    {
        await using var database = await server.CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => StartAsync(database.ConnectionString), Token)));

        var jobs = Enumerable.Range(0, 100).Select(i => Job((RenderStep)(i % 5), Now)).ToList();
        await _nodes[0].Scheduler.ScheduleAsync(jobs, Token);
        await Eventually.HoldsAsync("all have run", () => Task.FromResult(Runs().Count() >= jobs.Count));
        await IdleAsync(database);
        Runs().ShouldBe(jobs, ignoreOrder: true);
        _nodes.ShouldAllBe(node => !node.Reconciler.Calls.Contains("hand over"));
        Problems().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_stopping_node_could_not_begin_is_run_by_the_others()
    {
        await using var database = await server.CreateDatabaseAsync();
        var leaving = await StartAsync(database.ConnectionString);
        leaving.Runner.During = (_, stopping) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        var jobs = Enumerable.Range(0, 20).Select(_ => Job(RenderStep.Download, Now)).ToList();
        await leaving.Scheduler.ScheduleAsync(jobs, Token);
        await leaving.Runner.StartedAsync(2);

        await leaving.Host.StopAsync(Token);
        var staying = await StartAsync(database.ConnectionString);

        await IdleAsync(database);
        leaving.Runner.Runs.Count.ShouldBe(2);
        staying.Runner.Runs.Select(run => run.Job).ShouldBe(jobs.Except(leaving.Runner.Runs.Select(run => run.Job)), ignoreOrder: true);
        Problems().ShouldBeEmpty();
    }

    [Fact]
    public async Task Jobs_survive_a_crash_of_the_database()
    {
        await using var crashing = await PostgresServer.StartNewAsync();
        await using var database = await crashing.CreateDatabaseAsync();
        var node = await StartAsync(database.ConnectionString);
        var gate = new SemaphoreSlim(0);
        node.Runner.During = (_, stopping) => gate.WaitAsync(stopping);
        var due = Enumerable.Range(0, 50).Select(i => Job((RenderStep)(i % 5), Now)).ToList();
        var waiting = Job(RenderStep.Poll, Now.AddSeconds(20));
        await node.Scheduler.ScheduleAsync([.. due, waiting], Token);
        await node.Runner.StartedAsync(5);

        crashing.StopImmediate();
        gate.Release(due.Count + 1);
        // What is asked for meanwhile is refused, for reconcile to come again, and the engine lives on.
        await Should.ThrowAsync<Exception>(() => node.Scheduler.ScheduleAsync([Job(RenderStep.Create, Now)], Token));
        crashing.Start();

        await Eventually.HoldsAsync("all have run", () => Task.FromResult(Runs().Distinct().Count() == due.Count + 1));
        Runs().Distinct().ShouldBe([.. due, waiting], ignoreOrder: true);
        await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var node in _nodes)
            await ((IAsyncDisposable)node.Host).DisposeAsync();
    }

    private static StepJob Job(RenderStep step, DateTimeOffset due) => new(Guid.CreateVersion7(Now), step, 1, due);

    private static async Task MigrateAsync(string connectionString)
    {
        using var database = RenderDatabase.PostgreSql(connectionString, TimeProvider.System);
        await database.Migrator.MigrateAsync(Token);
    }

    /// <summary>Waits until the engines have nothing left to run.</summary>
    private static async Task IdleAsync(PostgresDatabase database)
    {
        await using var connection = await database.OpenAsync();
        await Eventually.HoldsAsync("no job is left", async () => await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM renders.qrtz_triggers") == 0);
    }

    private IEnumerable<StepJob> Runs() => _nodes.SelectMany(node => node.Runner.Runs).Select(run => run.Job);

    // Nodes that claim triggers at the same moment may run into each other, and Quartz tries again by itself: that is none.
    private IEnumerable<string> Problems() =>
        _nodes.SelectMany(node => node.Log.Problems).Where(problem => !problem.StartsWith("Transient exception on attempt", StringComparison.Ordinal));

    /// <summary>A process in small, as far as one process can play several: engine, schedulers and connections of its own.</summary>
    private async Task<Node> StartAsync(string connectionString)
    {
        await MigrateAsync(connectionString);
        var node = Build(connectionString);
        await node.Host.StartAsync(Token);
        return node;
    }

    private Node Build(string connectionString)
    {
        var (runner, reconciler, log) = (new RecordingRunner(), new RecordingReconciler(), new ProblemLog());
        var host = Host.CreateEmptyApplicationBuilder(null);
        host.Logging.AddProvider(log);
        host.Services.AddSingleton<IStepRunner>(runner).AddSingleton<IReconciler>(reconciler);
        new RendersBuilder(host.Services).UseQuartz(options =>
        {
            options.PostgreSql = connectionString;
            options.ApiWorkers = 3;
            options.TransferWorkers = 2;
        });
        var built = host.Build();
        var node = new Node(built, runner, reconciler, log, built.Services.GetRequiredService<IJobScheduler>());
        lock (_nodes)
            _nodes.Add(node);
        return node;
    }

    private Task StopAsync() => Task.WhenAll(_nodes.Select(node => node.Host.StopAsync(CancellationToken.None)));

    private sealed record Node(IHost Host, RecordingRunner Runner, RecordingReconciler Reconciler, ProblemLog Log, IJobScheduler Scheduler);

    /// <summary>Keeps what is logged as a warning or worse.</summary>
    private sealed class ProblemLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Problems { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Problems.Enqueue(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }
}
