using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Queue;

/// <summary>What a process with workers to spare is handed, while others have more than they can do.</summary>
public sealed class DueStepsTests : IDisposable
{
    private readonly World _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task What_has_been_due_for_a_second_is_handed_over_again_to_a_process_with_workers_to_spare()
    {
        var row = await _world.EnqueueAsync();
        while ((await _world.RowAsync(row.Id)).Step is RenderStep.Create or RenderStep.Poll)
        {
            _world.Clock.AdvanceTo((await _world.RowAsync(row.Id)).DueAt!.Value);
            await _world.RunAsync(row.Id);
        }

        row = await _world.RowAsync(row.Id);
        row.Step.ShouldBe(RenderStep.Download);
        (await _world.Reconciler.HandOverDueAsync(RenderStep.Download, 4, Token)).ShouldBe(0, "the process that knows of it has not had its second");
        _world.Clock.AdvanceTo(row.DueAt!.Value + TimeSpan.FromSeconds(1));
        _world.Scheduler.Jobs.Clear();
        (await _world.Reconciler.HandOverDueAsync(RenderStep.Poll, 4, Token)).ShouldBe(0);
        (await _world.Reconciler.HandOverDueAsync(RenderStep.Download, 4, Token)).ShouldBe(1);
        _world.Scheduler.Jobs.ShouldBe([StepJob.For(row)!]);
    }

    [Fact]
    public async Task Of_what_others_cannot_fetch_that_is_handed_over_which_expires_first()
    {
        var now = _world.Clock.GetUtcNow();
        var rows = new List<Render>();
        foreach (var (hours, due) in new[] { (3, 1), (1, 3), (2, 2) })
        {
            var row = Rows.At(RenderStep.Download) with { Id = Guid.CreateVersion7(now), VideoId = $"video_{hours}", IdempotencyKey = null, Version = 1, DueAt = now.AddSeconds(due), ExpiresAt = now.AddHours(hours), LeaseOwner = null, LeaseUntil = null };
            rows.Add((await _world.Store.InsertAsync(row, [], Token)).Render);
        }

        _world.Clock.AdvanceTo(now.AddSeconds(9));
        (await _world.Reconciler.HandOverDueAsync(RenderStep.Download, 2, Token)).ShouldBe(2);
        _world.Scheduler.Jobs.Select(job => job.RenderId).ShouldBe([rows[1].Id, rows[2].Id]);
    }
}
