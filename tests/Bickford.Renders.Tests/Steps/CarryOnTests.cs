using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Upload and Record follow a Download in the same run, because this node has the staged files.</summary>
public sealed class CarryOnTests : IDisposable
{
    private readonly World _world = new(o => o.CarryOn = true);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_download_goes_on_to_the_end_without_the_engine()
    {
        var id = await UpToAsync(RenderStep.Download);
        _world.Scheduler.Jobs.Clear();

        await _world.RunAsync(id);

        (await _world.RowAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Scheduler.Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_step_that_is_not_done_is_left_to_the_engine()
    {
        var id = await UpToAsync(RenderStep.Download);
        _world.Scheduler.Jobs.Clear();
        _world.Observer.OnCompleted = _ => throw new InvalidOperationException("downstream is away");

        await _world.RunAsync(id);

        var row = await _world.RowAsync(id);
        (row.Step, row.Attempt).ShouldBe((RenderStep.Record, 1));
        _world.Scheduler.Jobs.ShouldBe([StepJob.For(row)!]);
    }

    [Fact]
    public async Task A_shutdown_in_between_stops_it_and_the_row_says_what_comes_next()
    {
        var id = await UpToAsync(RenderStep.Download);
        using var stopping = new CancellationTokenSource();
        _world.Observer.OnCompleted = _ =>
        {
            stopping.Cancel();
            stopping.Token.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };

        await _world.RunStoppingAsync(id, stopping.Token);

        var row = await _world.RowAsync(id);
        (row.Status, row.Step, row.LeaseOwner).ShouldBe((RenderStatus.Storing, RenderStep.Record, null));
        row.DueAt.ShouldNotBeNull();
    }

    private async Task<Guid> UpToAsync(RenderStep step)
    {
        var id = (await _world.EnqueueAsync()).Id;
        while ((await _world.RowAsync(id)).Step != step)
        {
            _world.Clock.AdvanceTo((await _world.RowAsync(id)).DueAt!.Value);
            await _world.RunAsync(id);
        }

        return id;
    }
}
