using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Quartz;

/// <summary>Steps that a process with shared jobs runs itself.</summary>
public sealed class NearbyStepsTests : IDisposable, IStepRunner
{
    private readonly NearbySteps _steps;
    private readonly List<StepJob> _ran = [];
    private readonly TaskCompletionSource _end = new();

    public NearbyStepsTests() => _steps = new NearbySteps(looks: 2, transfers: 1, () => this, NullLogger.Instance);

    public void Dispose() => _steps.Dispose();

    [Fact]
    public async Task As_many_steps_run_here_as_workers_of_their_lane_are_free()
    {
        _steps.TryRun(Job(RenderStep.Poll)).ShouldBeTrue();
        _steps.TryRun(Job(RenderStep.Record)).ShouldBeTrue();
        _steps.TryRun(Job(RenderStep.Poll)).ShouldBeFalse();
        _steps.TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        _steps.TryRun(Job(RenderStep.Upload)).ShouldBeFalse();

        _end.SetResult();
        await _steps.StopAsync();
        _ran.Count.ShouldBe(3);
    }

    [Fact]
    public void A_create_is_left_to_all_processes_for_it_has_its_place_in_their_order() =>
        _steps.TryRun(Job(RenderStep.Create)).ShouldBeFalse();

    [Fact]
    public async Task Steps_that_came_through_the_shared_tables_have_the_same_workers()
    {
        using (await _steps.EnterAsync(RenderStep.Download, TestContext.Current.CancellationToken))
            _steps.TryRun(Job(RenderStep.Download)).ShouldBeFalse();
        _steps.TryRun(Job(RenderStep.Download)).ShouldBeTrue();
        var waiting = _steps.EnterAsync(RenderStep.Upload, TestContext.Current.CancellationToken);
        waiting.IsCompleted.ShouldBeFalse();
        _end.SetResult();
        (await waiting)!.Dispose();
    }

    [Fact]
    public async Task A_shutdown_tells_what_runs_and_waits_for_it_and_nothing_begins_after_it()
    {
        _steps.TryRun(Job(RenderStep.Poll)).ShouldBeTrue();
        await _steps.StopAsync();
        _ran.Count.ShouldBe(1);
        _steps.TryRun(Job(RenderStep.Poll)).ShouldBeFalse();
    }

    async Task<Render?> IStepRunner.RunAsync(StepJob job, CancellationToken stopping)
    {
        lock (_ran)
            _ran.Add(job);
        await _end.Task.WaitAsync(stopping);
        return null;
    }

    private static StepJob Job(RenderStep step) => new(Guid.CreateVersion7(Rows.Now), step, 1, Rows.Now);
}
