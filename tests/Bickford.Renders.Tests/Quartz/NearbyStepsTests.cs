using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Quartz;

/// <summary>Steps that a process with shared jobs runs itself.</summary>
public sealed class NearbyStepsTests : IDisposable, IStepRunner, IReconciler
{
    private readonly ManualTimeProvider _clock = new();
    private readonly NearbySteps _steps;
    private readonly List<StepJob> _ran = [];
    private readonly List<(RenderStep Step, int Limit)> _asked = [];
    private readonly TaskCompletionSource _end = new();
    private bool _rowsFail;
    private int _given;

    public NearbyStepsTests() => _steps = new NearbySteps(looks: 2, transfers: 1, () => this, () => this, _clock, NullLogger.Instance);

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

        _end.SetResult();
        await RanAsync(5);
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

        _end.SetResult();
        await RanAsync(4);
        _ran[1..].ShouldBe([upload, early, late]);
    }

    [Fact]
    public async Task What_is_here_already_is_not_taken_again_until_it_has_run()
    {
        var (running, waiting) = (Job(RenderStep.Download), Job(RenderStep.Download));
        TryRun(running).ShouldBeTrue();
        await RanAsync(1);
        for (var i = 0; i < 3; i++)
        {
            TryRun(running).ShouldBeTrue();
            TryRun(waiting).ShouldBeTrue();
        }

        _end.SetResult();
        await RanAsync(2);
        await Wait.UntilAsync(() =>
        {
            TryRun(running with { DueAt = Rows.Now.AddSeconds(1) });
            return _ran.Count == 3;
        });
        _ran[..2].ShouldBe([running, waiting]);
    }

    [Fact]
    public async Task What_is_too_much_to_wait_here_is_left_to_the_rows()
    {
        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        await RanAsync(1);
        for (var i = 0; i < NearbySteps.MostForEach; i++)
            TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        var tooMuch = Job(RenderStep.Download);
        TryRun(tooMuch).ShouldBeTrue();
        TryRun(Job(RenderStep.Poll)).ShouldBeTrue("another lane has workers of its own");
        await RanAsync(2);

        _end.SetResult();
        await RanAsync(NearbySteps.MostForEach + 2);
        _ran.ShouldNotContain(tooMuch);
        TryRun(tooMuch).ShouldBeTrue();
        await RanAsync(NearbySteps.MostForEach + 3);
    }

    [Fact]
    public async Task A_lane_with_workers_to_spare_asks_the_rows_each_second_for_what_others_cannot_run()
    {
        _steps.Start();
        await SecondAsync();
        await Wait.UntilAsync(() => _asked.Count == 2);
        _asked.ShouldBe([(RenderStep.Poll, 2), (RenderStep.Download, 1)]);

        TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        TryRun(Job(RenderStep.Poll)).ShouldBeTrue();
        await RanAsync(2);
        await SecondAsync();
        await Wait.UntilAsync(() => _asked.Count == 3);
        await SecondAsync();
        await Wait.UntilAsync(() => _asked.Count == 4);
        _asked[2..].ShouldBe([(RenderStep.Poll, 1), (RenderStep.Poll, 1)], "all transfers are busy");
        _end.SetResult();
        await _steps.StopAsync();
    }

    [Fact]
    public async Task While_the_rows_give_as_much_as_was_asked_for_they_are_asked_again_soon()
    {
        _given = 2;
        _steps.Start();
        await SecondAsync();
        await Wait.UntilAsync(() => _asked.Count == 2);
        await Wait.UntilAsync(() => _clock.Pending == 1);
        _given = 0;
        _clock.Advance(NearbySteps.Soon);
        await Wait.UntilAsync(() => _asked.Count == 4);

        await Wait.UntilAsync(() => _clock.Pending == 1);
        _clock.Advance(NearbySteps.Soon);
        _clock.Pending.ShouldBe(1, "there was no more, so it is a second until they are asked again");
        await _steps.StopAsync();
        _asked.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Rows_that_cannot_be_reached_are_asked_again()
    {
        _rowsFail = true;
        _steps.Start();
        await SecondAsync();
        await Wait.UntilAsync(() => _asked.Count == 2);
        await SecondAsync();
        await Wait.UntilAsync(() => _asked.Count == 4);
        await _steps.StopAsync();
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

    Task<int> IReconciler.HandOverDueAsync(RenderStep step, int limit, CancellationToken cancellationToken)
    {
        lock (_asked)
            _asked.Add((step, limit));
        return _rowsFail ? throw new InvalidOperationException("the database is away") : Task.FromResult(_given);
    }

    Task<int> IReconciler.ReconcileAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<int> IReconciler.HandOverAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private bool TryRun(StepJob job) => _steps.TryRun(job);

    private Task RanAsync(int count) => Wait.UntilAsync(() => _ran.Count == count);

    private async Task SecondAsync()
    {
        await Wait.UntilAsync(() => _clock.Pending == 1);
        _clock.Advance(NearbySteps.Every);
    }

    private static StepJob Job(RenderStep step) => new(Guid.CreateVersion7(Rows.Now), step, 1, Rows.Now);
}
