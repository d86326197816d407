using System.Collections.Concurrent;
using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Tests.Quartz;

/// <summary>What every job engine must do.</summary>
public abstract class JobSchedulerContract : IAsyncDisposable
{
    private readonly RecordingRunner _runner = new();
    private readonly RecordingReconciler _reconciler = new();
    private readonly RecordingCleanup _cleanup = new();
    private readonly RecordingLog _log = new();
    private readonly List<IHost> _hosts = [];

    protected const int ApiWorkers = 3;
    protected const int TransferWorkers = 2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Adds the engine with <see cref="ApiWorkers"/> and <see cref="TransferWorkers"/>, reconciling and asking for clean-ups as often as told.</summary>
    protected abstract void UseEngine(RendersBuilder builder, TimeSpan reconcileEvery);

    [Fact]
    public async Task A_due_job_runs_as_it_was_asked_for()
    {
        var scheduler = await StartAsync();
        var job = Job(RenderStep.Poll, version: 7, priority: -3, due: Now - TimeSpan.FromTicks(1_234_567));

        await scheduler.ScheduleAsync([job], Token);

        await _runner.FinishedAsync(1);
        _runner.Runs.Single().Job.ShouldBe(job);
    }

    [Theory]
    [InlineData(RenderStep.Create)]
    [InlineData(RenderStep.Poll)]
    [InlineData(RenderStep.Download)]
    [InlineData(RenderStep.Upload)]
    [InlineData(RenderStep.Record)]
    public async Task Every_step_runs(RenderStep step)
    {
        var scheduler = await StartAsync();

        await scheduler.ScheduleAsync([Job(step)], Token);

        await _runner.FinishedAsync(1);
        _runner.Runs.Single().Job.Step.ShouldBe(step);
    }

    [Fact]
    public async Task No_job_runs_before_its_time_and_all_run_after_it()
    {
        var scheduler = await StartAsync();
        var start = Now;
        var jobs = Enumerable.Range(0, 300).Select(i => Job(RenderStep.Poll, due: start + TimeSpan.FromTicks(i * 61_803))).ToList();

        await scheduler.ScheduleAsync(jobs, Token);

        await _runner.FinishedAsync(jobs.Count);
        _runner.Runs.ShouldAllBe(run => run.At >= run.Job.DueAt);
        _runner.Runs.Select(run => run.Job).ShouldBe(jobs, ignoreOrder: true);
    }

    [Fact]
    public async Task Jobs_due_long_ago_run_at_once()
    {
        var scheduler = await StartAsync();

        await scheduler.ScheduleAsync([Job(RenderStep.Create, due: Now.AddDays(-400)), Job(RenderStep.Create, due: DateTimeOffset.MinValue)], Token);

        await _runner.FinishedAsync(2);
    }

    [Fact]
    public async Task A_job_asked_for_again_while_it_waits_runs_once()
    {
        var scheduler = await StartAsync();
        var later = Job(RenderStep.Poll, due: Now.AddSeconds(2));
        // Later by more than the whole second that some engines round up to.
        var soon = Job(RenderStep.Create, due: Now.AddSeconds(3.2));

        await scheduler.ScheduleAsync([later, later], Token);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => scheduler.ScheduleAsync([later], Token)));
        await scheduler.ScheduleAsync([soon], Token);

        await _runner.FinishedAsync(2);
        _runner.Runs.Select(run => run.Job).ShouldBe([later, soon]);
    }

    [Fact]
    public async Task The_same_render_at_another_version_is_another_job()
    {
        var scheduler = await StartAsync();
        var first = Job(RenderStep.Poll, version: 1);

        await scheduler.ScheduleAsync([first, first with { Version = 2 }, first with { Version = 12 }, first with { Step = RenderStep.Record }], Token);

        await _runner.FinishedAsync(4);
    }

    [Fact]
    public async Task A_job_may_be_asked_for_again_after_it_ran()
    {
        var scheduler = await StartAsync();
        var job = Job(RenderStep.Poll);
        await scheduler.ScheduleAsync([job], Token);
        await _runner.FinishedAsync(1);

        // The engine may still be tidying up behind the first run, and drop what is asked for meanwhile: so ask as reconcile does, until it runs.
        for (var tries = 0; _runner.Runs.Count < 2 && tries < 1000; tries++)
        {
            await scheduler.ScheduleAsync([job], Token);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        _runner.Runs.Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_step_may_ask_for_the_next_one_from_within()
    {
        var scheduler = await StartAsync();
        _runner.During = (job, token) => job.Step == RenderStep.Record
            ? Task.CompletedTask
            : scheduler.ScheduleAsync([job with { Step = job.Step + 1, Version = job.Version + 1 }], token);

        await scheduler.ScheduleAsync([Job(RenderStep.Create)], Token);

        await _runner.FinishedAsync(5);
        _runner.Runs.Select(run => run.Job.Step).ShouldBe(Enum.GetValues<RenderStep>());
    }

    [Fact]
    public async Task Two_thousand_jobs_at_once_all_run_once()
    {
        var scheduler = await StartAsync();
        var jobs = Enumerable.Range(0, 2000).Select(i => Job((RenderStep)(i % 5), due: Now.AddMilliseconds(i % 7 * 50))).ToList();

        await Task.WhenAll(jobs.Chunk(250).Select(chunk => Task.Run(() => scheduler.ScheduleAsync(chunk, Token), Token)));

        await _runner.FinishedAsync(jobs.Count);
        _runner.Runs.Select(run => run.Job).ShouldBe(jobs, ignoreOrder: true);
    }

    /// <summary>What an engine with priorities does; one without serves due jobs in the order in which they were asked for.</summary>
    [Fact]
    public virtual async Task Among_due_jobs_the_higher_priority_goes_first_and_then_the_longest_due()
    {
        var scheduler = await StartAsync();
        var open = await BlockAsync(scheduler, RenderStep.Record, ApiWorkers);
        var due = Now.AddMinutes(-1);
        var jobs = new[] { 5, -100, 100, 0, 5, -1 }.Select((priority, i) => Job(RenderStep.Poll, priority: priority, due: due.AddSeconds(i))).ToList();
        // This one is due last of all; when the transfer after it has started, its own time has come too.
        var timed = Job(RenderStep.Poll, priority: 5, due: Now.AddMilliseconds(300));
        var after = Job(RenderStep.Upload, due: timed.DueAt.AddMilliseconds(200));

        await scheduler.ScheduleAsync([timed, after], Token);
        foreach (var job in jobs)
            await scheduler.ScheduleAsync([job], Token);
        await _runner.StartedAsync(1);
        open(1);

        await _runner.StartedAsync(jobs.Count + 1);
        _runner.Runs.Skip(ApiWorkers).Select(run => run.Job).ShouldBe([after, jobs[2], jobs[0], jobs[4], timed, jobs[3], jobs[5], jobs[1]]);
        open(ApiWorkers - 1);
    }

    /// <summary>What an engine with an order of its own does; turns are what makes tags take turns.</summary>
    [Fact]
    public virtual async Task Among_due_creates_of_one_priority_the_earlier_turn_goes_first()
    {
        var scheduler = await StartAsync();
        var open = await BlockAsync(scheduler, RenderStep.Create, ApiWorkers);
        var due = Now.AddMinutes(-1);
        var jobs = new[] { (0, 3L), (0, 1L), (-1, 0L), (0, 2L), (9, 2_000_000L), (0, 1_000_000L) }
            .Select((order, i) => Job(RenderStep.Create, priority: order.Item1, due: due.AddSeconds(i)) with { Turn = order.Item2 }).ToList();

        foreach (var job in jobs)
            await scheduler.ScheduleAsync([job], Token);
        open(1);

        await _runner.StartedAsync(jobs.Count);
        _runner.Runs.Skip(ApiWorkers).Select(run => run.Job).ShouldBe([jobs[4], jobs[1], jobs[3], jobs[0], jobs[5], jobs[2]]);
        open(ApiWorkers - 1);
    }

    [Fact]
    public async Task Blocked_transfers_hold_their_limit_and_let_the_other_steps_go_on()
    {
        var scheduler = await StartAsync();
        var open = await BlockAsync(scheduler, RenderStep.Download, TransferWorkers);
        var waiting = Enumerable.Range(0, 100).Select(i => Job(i % 2 == 0 ? RenderStep.Download : RenderStep.Upload, priority: 50)).ToList();
        await scheduler.ScheduleAsync(waiting, Token);
        var others = Enumerable.Range(0, 100).Select(i => Job(RenderStep.Poll, due: Now.AddMilliseconds(i % 10))).ToList();

        await scheduler.ScheduleAsync(others, Token);

        await _runner.FinishedAsync(others.Count);
        _runner.Runs.Skip(TransferWorkers).Select(run => run.Job).ShouldBe(others, ignoreOrder: true);
        open(TransferWorkers);
        await _runner.FinishedAsync(TransferWorkers + waiting.Count);
    }

    [Fact]
    public async Task Creates_that_all_wait_hold_up_no_looks_and_no_transfers()
    {
        var scheduler = await StartAsync();
        var open = await BlockAsync(scheduler, RenderStep.Create, ApiWorkers);
        await scheduler.ScheduleAsync([.. Enumerable.Range(0, 50).Select(_ => Job(RenderStep.Create, priority: 50))], Token);

        await scheduler.ScheduleAsync([.. Enumerable.Range(0, 50).Select(i => Job((RenderStep)(1 + i % 4)))], Token);

        await _runner.FinishedAsync(50);
        _runner.Runs.Skip(ApiWorkers).ShouldAllBe(run => run.Job.Step != RenderStep.Create);
        open(ApiWorkers);
        await _runner.FinishedAsync(ApiWorkers + 50);
    }

    [Fact]
    public async Task Blocked_api_steps_hold_their_limit_and_let_transfers_go_on()
    {
        var scheduler = await StartAsync();
        var open = await BlockAsync(scheduler, RenderStep.Record, ApiWorkers);
        await scheduler.ScheduleAsync([.. Enumerable.Range(0, 50).Select(_ => Job(RenderStep.Poll, priority: 50))], Token);

        await scheduler.ScheduleAsync([.. Enumerable.Range(0, 50).Select(_ => Job(RenderStep.Upload))], Token);

        await _runner.FinishedAsync(50);
        _runner.Runs.Skip(ApiWorkers).ShouldAllBe(run => run.Job.Step == RenderStep.Upload);
        open(ApiWorkers);
        await _runner.FinishedAsync(ApiWorkers + 50);
    }

    [Fact]
    public async Task All_workers_of_both_kinds_run_at_once_beside_reconcile()
    {
        var scheduler = await StartAsync(reconcileEvery: TimeSpan.FromSeconds(0.1));
        var openTransfers = await BlockAsync(scheduler, RenderStep.Upload, TransferWorkers);
        var openCalls = await BlockAsync(scheduler, RenderStep.Record, ApiWorkers);

        await _reconciler.ReconciledAsync(3);

        openTransfers(TransferWorkers);
        openCalls(ApiWorkers);
    }

    /// <summary>The default; an engine that tries again by itself says so.</summary>
    [Fact]
    public virtual async Task An_exception_is_logged_in_one_line_stops_nothing_and_is_not_tried_again()
    {
        var scheduler = await StartAsync();
        var bad = Job(RenderStep.Create, priority: 10);
        _runner.During = (job, _) => job == bad ? throw new InvalidOperationException("the database\nis away") : Task.CompletedTask;

        await scheduler.ScheduleAsync([bad], Token);
        await _runner.FinishedAsync(1);
        await scheduler.ScheduleAsync([.. Enumerable.Range(0, 50).Select(_ => Job(RenderStep.Create))], Token);
        await _runner.FinishedAsync(50);
        await StopAsync();

        _runner.Runs.Count(run => run.Job == bad).ShouldBe(1);
        var line = _log.Problems.ShouldHaveSingleItem();
        line.ShouldContain("the database is away");
        line.ShouldContain(bad.RenderId.ToString());
        line.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Stopping_tells_running_steps_and_waits_for_them()
    {
        var scheduler = await StartAsync();
        var unwound = 0;
        _runner.During = async (job, stopping) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
            }
            finally
            {
                // What a step does on its way out: it commits the row and asks for the next run, both without the cancelled token.
                await Task.Yield();
                await scheduler.ScheduleAsync([job with { Version = job.Version + 1 }], CancellationToken.None);
                Interlocked.Increment(ref unwound);
            }
        };
        await scheduler.ScheduleAsync([Job(RenderStep.Create), Job(RenderStep.Download)], Token);
        await _runner.StartedAsync(2);

        await StopAsync();

        unwound.ShouldBe(2);
        _runner.Runs.Count.ShouldBe(2);
        _log.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_the_stop_nothing_runs_and_asking_is_no_error()
    {
        var scheduler = await StartAsync();
        await StopAsync();

        await scheduler.ScheduleAsync([Job(RenderStep.Create)], Token);

        _runner.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Jobs_asked_for_before_the_start_run_after_it()
    {
        var host = Build(TimeSpan.FromHours(1));
        var scheduler = host.Services.GetRequiredService<IJobScheduler>();
        await scheduler.ScheduleAsync([Job(RenderStep.Create), Job(RenderStep.Poll, due: Now.AddMilliseconds(1))], Token);
        _runner.Runs.ShouldBeEmpty();

        await host.StartAsync(Token);

        await _runner.FinishedAsync(2);
    }

    [Fact]
    public async Task A_process_that_only_enqueues_never_starts_the_engine()
    {
        var host = Build(TimeSpan.FromHours(1));

        await host.Services.GetRequiredService<IJobScheduler>().ScheduleAsync([Job(RenderStep.Create)], Token);
        await ((IAsyncDisposable)host).DisposeAsync();
        _hosts.Remove(host);

        _runner.Runs.ShouldBeEmpty();
        _reconciler.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reconcile_comes_again_and_again_and_never_twice_at_once()
    {
        await StartAsync(reconcileEvery: TimeSpan.FromSeconds(0.1));

        await _reconciler.ReconciledAsync(5);

        _reconciler.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Reconcile_comes_again_after_a_failure()
    {
        _reconciler.During = call => call == "reconcile" ? throw new InvalidOperationException("the database is away") : Task.CompletedTask;
        await StartAsync(reconcileEvery: TimeSpan.FromSeconds(0.1));

        await _reconciler.ReconciledAsync(3);

        _log.Problems.ShouldAllBe(line => line.Contains("the database is away"));
    }

    [Fact]
    public async Task A_clean_up_is_asked_for_again_and_again_whatever_becomes_of_it_and_never_twice_at_once()
    {
        _cleanup.Fails = new InvalidOperationException("the store is away");
        await StartAsync(reconcileEvery: TimeSpan.FromSeconds(0.1));

        await _cleanup.AskedAsync(3);

        _cleanup.MostAtOnce.ShouldBe(1);
    }

    /// <summary>Starts a host with the engine.</summary>
    private async Task<IJobScheduler> StartAsync(TimeSpan? reconcileEvery = null)
    {
        var host = Build(reconcileEvery ?? TimeSpan.FromHours(1));
        await host.StartAsync(Token);
        return host.Services.GetRequiredService<IJobScheduler>();
    }

    private IHost Build(TimeSpan reconcileEvery)
    {
        var host = Host.CreateEmptyApplicationBuilder(null);
        host.Logging.AddProvider(_log);
        host.Services.AddSingleton<IStepRunner>(_runner).AddSingleton<IReconciler>(_reconciler).AddSingleton<ICleanup>(_cleanup);
        UseEngine(new RendersBuilder(host.Services), reconcileEvery);
        var built = host.Build();
        _hosts.Add(built);
        return built;
    }

    private async Task StopAsync()
    {
        foreach (var host in _hosts)
            await host.StopAsync(CancellationToken.None);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var host in _hosts)
            await ((IAsyncDisposable)host).DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Keeps so many workers busy; the result lets so many of them go.</summary>
    private async Task<Action<int>> BlockAsync(IJobScheduler scheduler, RenderStep step, int count)
    {
        var gate = new SemaphoreSlim(0);
        var blockers = Enumerable.Range(0, count).Select(_ => Job(step)).ToHashSet();
        var before = _runner.During;
        _runner.During = (job, stopping) => blockers.Contains(job) ? gate.WaitAsync(stopping) : before(job, stopping);
        await scheduler.ScheduleAsync(blockers, Token);
        await _runner.StartedAsync(count);
        return released => gate.Release(released);
    }

    private static StepJob Job(RenderStep step, long version = 1, int priority = 0, DateTimeOffset? due = null) =>
        new(Guid.CreateVersion7(Now), step, version, due ?? Now, priority);

    internal RecordingReconciler Reconciler => _reconciler;

    internal RecordingRunner Runner => _runner;

    /// <summary>What was logged as a warning or worse.</summary>
    private protected IReadOnlyCollection<string> Problems => _log.Problems;

    private protected static StepJob NewJob(RenderStep step, int priority = 0, DateTimeOffset? due = null) => Job(step, priority: priority, due: due);

    private protected Task<Action<int>> BlockWorkersAsync(IJobScheduler scheduler, RenderStep step, int count) => BlockAsync(scheduler, step, count);

    private protected Task<IJobScheduler> StartEngineAsync(TimeSpan? reconcileEvery = null) => StartAsync(reconcileEvery);

    /// <summary>Keeps what is logged as a warning or worse.</summary>
    private sealed class RecordingLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _problems = new();

        public IReadOnlyCollection<string> Problems => _problems;

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                _problems.Enqueue(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }
}
