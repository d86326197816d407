using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Quartz;

/// <summary>Creates that a process takes from the rows themselves.</summary>
public sealed class NearbyCreatesTests : IDisposable, IStepRunner
{
    private readonly ManualTimeProvider _clock = new();
    private readonly NearbyCreates _creates;
    private readonly List<StepJob> _byJob = [];
    private readonly TaskCompletionSource _end = new();
    private int _due;
    private int _asked;
    private int _running;
    private Exception? _fault;

    public NearbyCreatesTests() => _creates = new NearbyCreates(workers: 3, () => this, _clock, NullLogger.Instance);

    public void Dispose() => _creates.Dispose();

    [Fact]
    public async Task A_hint_runs_the_create_that_goes_first_and_not_its_own()
    {
        await StartedAsync();
        Volatile.Write(ref _due, 1);

        _creates.Hint(Job());

        await Wait.UntilAsync(() => Volatile.Read(ref _running) == 1);
        await StopAsync();
        _byJob.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_hint_is_enough_for_all_that_are_due_and_as_many_run_at_once_as_there_are_workers()
    {
        await StartedAsync();
        Volatile.Write(ref _due, 8);

        _creates.Hint(Job());

        await Wait.UntilAsync(() => Volatile.Read(ref _running) == 3);
        Volatile.Read(ref _due).ShouldBe(5, "nobody takes what he cannot run yet");
        _end.SetResult();
        await Wait.UntilAsync(() => Volatile.Read(ref _running) == 8);
        await StopAsync();
    }

    [Fact]
    public async Task When_none_is_due_the_job_itself_is_run()
    {
        await StartedAsync();
        var job = Job();

        _creates.Hint(job);

        await Wait.UntilAsync(() => _byJob.Count == 1);
        await StopAsync();
        _byJob.ShouldBe([job]);
    }

    [Fact]
    public async Task A_job_whose_row_waited_for_something_is_run_itself_whatever_else_is_due()
    {
        await StartedAsync();
        Volatile.Write(ref _due, 1);
        var job = Job() with { IsWoken = true };

        _creates.Hint(job);

        await Wait.UntilAsync(() => _byJob.Count == 1);
        await StopAsync();
        _byJob.ShouldBe([job]);
    }

    [Fact]
    public async Task The_rows_are_asked_each_second_for_what_others_were_told_of()
    {
        await StartedAsync();
        Volatile.Write(ref _due, 1);

        await SecondsPassUntil(() => Volatile.Read(ref _running) == 1);
        await StopAsync();
    }

    [Fact]
    public async Task A_create_that_takes_long_does_not_keep_free_workers_from_asking()
    {
        await StartedAsync();
        Volatile.Write(ref _due, 1);
        _creates.Hint(Job());
        await Wait.UntilAsync(() => Volatile.Read(ref _running) == 1);
        Volatile.Write(ref _due, 1);

        await SecondsPassUntil(() => Volatile.Read(ref _running) == 2);
        await StopAsync();
    }

    [Fact]
    public async Task Rows_that_cannot_be_reached_are_asked_again()
    {
        await StartedAsync();
        _fault = new TimeoutException();
        var asked = Volatile.Read(ref _asked);
        await SecondsPassUntil(() => Volatile.Read(ref _asked) > asked);
        (_fault, _due) = (null, 1);

        await SecondsPassUntil(() => Volatile.Read(ref _running) == 1);
        await StopAsync();
    }

    [Fact]
    public async Task Nothing_runs_before_the_start_and_hints_are_kept_until_then()
    {
        var job = Job();
        _creates.Hint(job);
        Volatile.Read(ref _asked).ShouldBe(0);

        await StartedAsync();

        await Wait.UntilAsync(() => _byJob.Count == 1);
        await StopAsync();
    }

    [Fact]
    public async Task A_shutdown_tells_what_runs_and_waits_for_it_and_nothing_begins_after_it()
    {
        await StartedAsync();
        Volatile.Write(ref _due, 1);
        _creates.Hint(Job());
        await Wait.UntilAsync(() => Volatile.Read(ref _running) == 1);

        await _creates.StopAsync();
        var asked = Volatile.Read(ref _asked);
        _creates.Hint(Job());
        _clock.Advance(NearbyCreates.Every);

        Volatile.Read(ref _asked).ShouldBe(asked);
        _byJob.ShouldBeEmpty();
    }

    Task<Render?> IStepRunner.RunAsync(StepJob job, CancellationToken stopping)
    {
        lock (_byJob)
            _byJob.Add(job);
        return Task.FromResult<Render?>(null);
    }

    async Task<bool> IStepRunner.RunNextCreateAsync(Action taken, CancellationToken stopping)
    {
        Interlocked.Increment(ref _asked);
        if (_fault is { } fault)
            throw fault;
        if (Interlocked.Decrement(ref _due) < 0)
        {
            Interlocked.Increment(ref _due);
            return false;
        }

        taken();
        Interlocked.Increment(ref _running);
        await _end.Task.WaitAsync(stopping);
        return true;
    }

    // The first time, the rows are asked at once.
    private async Task StartedAsync()
    {
        _creates.Start();
        await Wait.UntilAsync(() => Volatile.Read(ref _asked) >= 1 && _clock.Pending == 1);
    }

    private async Task StopAsync()
    {
        _end.TrySetResult();
        await _creates.StopAsync();
    }

    // A worker that is just done is not idle yet: the rows are asked a second later then.
    private Task SecondsPassUntil(Func<bool> condition) => Wait.UntilAsync(() =>
    {
        if (!condition() && _clock.Pending == 1)
            _clock.Advance(NearbyCreates.Every);
        return condition();
    });

    private static StepJob Job() => new(Guid.CreateVersion7(Rows.Now), RenderStep.Create, 1, Rows.Now);
}
