using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Quartz;

/// <summary>Steps that a process with shared jobs runs itself.</summary>
public sealed class NearbyStepsTests : IDisposable, IStepRunner
{
    private readonly ManualTimeProvider _clock = new();
    private readonly NearbySteps _steps;
    private readonly List<StepJob> _ran = [];
    private readonly List<StepJob> _givenAway = [];
    private readonly TaskCompletionSource _end = new();

    public NearbyStepsTests() => _steps = new NearbySteps(looks: 2, transfers: 1, () => this, _clock, NullLogger.Instance);

    public void Dispose() => _steps.Dispose();

    [Fact]
    public async Task As_many_steps_run_here_as_the_lane_has_workers_and_the_others_wait_for_one()
    {
        TryRun(Job(RenderStep.Poll)).ShouldBeTrue();
        TryRun(Job(RenderStep.Record)).ShouldBeTrue();
        TryRun(Job(RenderStep.Poll)).ShouldBeTrue();
        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        TryRun(Job(RenderStep.Upload)).ShouldBeTrue();
        await RanAsync(3);
        await AllWaitAsync(2);

        _end.SetResult();
        await RanAsync(5);
        _givenAway.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_waits_goes_in_the_order_of_the_shared_tables()
    {
        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        await RanAsync(1);
        var (late, early, upload) = (Job(RenderStep.Download), Job(RenderStep.Download) with { DueAt = Rows.Now - TimeSpan.FromMinutes(1) }, Job(RenderStep.Upload));
        TryRun(late).ShouldBeTrue();
        TryRun(early).ShouldBeTrue();
        TryRun(upload).ShouldBeTrue();
        await AllWaitAsync(3);

        _end.SetResult();
        await RanAsync(4);
        _ran[1..].ShouldBe([upload, early, late]);
    }

    [Fact]
    public async Task What_has_waited_too_long_is_given_to_the_other_processes_and_never_runs_here()
    {
        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        await RanAsync(1);
        var waiting = Job(RenderStep.Download);
        TryRun(waiting).ShouldBeTrue();
        await AllWaitAsync(1);

        _clock.Advance(NearbySteps.Patience);
        await Wait.UntilAsync(() => _givenAway.Count == 1);
        _givenAway.ShouldBe([waiting]);

        _end.SetResult();
        await _steps.StopAsync();
        _ran.Count.ShouldBe(1);
        TryRun(Job(RenderStep.Download)).ShouldBeFalse();
    }

    [Fact]
    public async Task No_more_wait_than_would_have_their_turn_in_time()
    {
        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        await RanAsync(1);
        for (var i = 0; i < NearbySteps.MostForEach; i++)
            TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        TryRun(Job(RenderStep.Download)).ShouldBeFalse();
        TryRun(Job(RenderStep.Poll)).ShouldBeTrue("another lane has workers of its own");
        await RanAsync(2);
        _end.SetResult();
    }

    [Fact]
    public void A_create_is_left_to_all_processes_for_it_has_its_place_in_their_order() =>
        TryRun(Job(RenderStep.Create)).ShouldBeFalse();

    [Fact]
    public async Task Steps_that_came_through_the_shared_tables_have_the_same_workers_and_wait_without_end()
    {
        var token = TestContext.Current.CancellationToken;
        using (await _steps.EnterAsync(Job(RenderStep.Download), token))
        {
            TryRun(Job(RenderStep.Download)).ShouldBeTrue();
            await AllWaitAsync(1);
            _ran.ShouldBeEmpty();
        }

        await RanAsync(1);
        var waiting = _steps.EnterAsync(Job(RenderStep.Upload), token);
        _clock.Advance(TimeSpan.FromHours(1));
        waiting.IsCompleted.ShouldBeFalse();
        _end.SetResult();
        (await waiting)!.Dispose();
    }

    [Fact]
    public async Task A_step_of_the_shared_tables_that_gives_up_waiting_takes_no_worker()
    {
        using var shutdown = new CancellationTokenSource();
        using (await _steps.EnterAsync(Job(RenderStep.Download), TestContext.Current.CancellationToken))
        {
            var waiting = _steps.EnterAsync(Job(RenderStep.Download), shutdown.Token);
            await shutdown.CancelAsync();
            await waiting.ShouldThrowAsync<OperationCanceledException>();
        }

        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        await RanAsync(1);
        _end.SetResult();
    }

    [Fact]
    public async Task A_shutdown_tells_what_runs_and_waits_for_it_and_nothing_begins_after_it()
    {
        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        await RanAsync(1);
        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        await _steps.StopAsync();
        _ran.Count.ShouldBe(1);
        _givenAway.ShouldBeEmpty("nobody here can store it any more: the row says that it is open");
        TryRun(Job(RenderStep.Poll)).ShouldBeFalse();
    }

    async Task<Render?> IStepRunner.RunAsync(StepJob job, CancellationToken stopping)
    {
        lock (_ran)
            _ran.Add(job);
        await _end.Task.WaitAsync(stopping);
        return null;
    }

    Task<bool> IStepRunner.RunNextCreateAsync(Action taken, CancellationToken stopping) => Task.FromResult(false);

    private bool TryRun(StepJob job) => _steps.TryRun(job, given =>
    {
        lock (_givenAway)
            _givenAway.Add(given);
        return Task.CompletedTask;
    });

    private Task RanAsync(int count) => Wait.UntilAsync(() => _ran.Count == count);

    private Task AllWaitAsync(int count) => Wait.UntilAsync(() => _clock.Pending == count);

    private static StepJob Job(RenderStep step) => new(Guid.CreateVersion7(Rows.Now), step, 1, Rows.Now);
}
