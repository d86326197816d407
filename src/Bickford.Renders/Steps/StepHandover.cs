using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>What follows a commit: the engine hears of the next step, observers of the end, whoever waits for room of room, remixes of their source. A crash before any of it does no harm: the rows say it all.</summary>
internal sealed class StepHandover(IRenderStore store, IJobScheduler scheduler, RenderNotifier notifier, CreateRoom room, WaitingRemixes remixes, ILogger<StepHandover> logger)
{
    /// <summary>After a step, with the next one still to be handed over.</summary>
    /// <param name="done">The step.</param>
    /// <param name="committed">The rows after it.</param>
    /// <param name="around">The one that the others were found around.</param>
    public async Task AfterAsync(RenderStep done, IReadOnlyList<Render> committed, Render? around)
    {
        await HandOverAsync(committed, around);
        await NotifyAsync(done, committed);
    }

    /// <summary>Observers and waiting creates hear of it; the next step is somebody's already.</summary>
    public async Task NotifyAsync(RenderStep done, IReadOnlyList<Render> committed)
    {
        // A late answer may be written to a row that stopped before: of that the observers know.
        foreach (var row in committed.Where(row => row.FinishedAt == row.UpdatedAt))
            await notifier.StoppedAsync(row);
        // Behind these steps a source has long been settled.
        if (done is RenderStep.Create or RenderStep.Poll)
            await remixes.WakeAsync(committed);
        // The provider is done with it, or took nothing.
        if (committed.Any(row => (done, row.Status) is (RenderStep.Poll, not RenderStatus.Rendering) or (RenderStep.Create, RenderStatus.Failed)))
            await FillRoomAsync();
    }

    /// <summary>Hands the next steps to the engine; of renders that are looked at together, those that wake somebody for all.</summary>
    public async Task HandOverAsync(IReadOnlyList<Render> committed, Render? around)
    {
        var looks = LookWakeUps.Choose(committed.Where(IsLook), around);
        // What waits for room is woken by room, and a remix by its source; a deadline, hours away, is no timer that is worth its memory: reconcile sees to it.
        var next = committed.Where(row => (row.WaitsForRoomSince ?? row.WaitsForSourceSince) is null && !IsLook(row)).Concat(looks).Select(StepJob.For).OfType<StepJob>().ToList();
        if (next.Count == 0)
            return;
        try
        {
            await scheduler.ScheduleAsync(next, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The rows are committed and carry their due times: reconcile hands them over.
            logger.LogWarning("{Render}: the engine did not take the next step, reconcile will: {Error}", string.Join(", ", committed.Take(3).Select(row => row.ShortId)), e.Message);
        }
    }

    /// <summary>Whoever was woken for a look that somebody else had taken hands on the next one around it: it may have been woken for that one too.</summary>
    public async Task WakeForNextLookAsync(Guid id)
    {
        try
        {
            if (await store.FindNextLookAsync(id, CancellationToken.None) is { } next)
                await scheduler.ScheduleAsync([next], CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "The next look is left to reconcile");
        }
    }

    private static bool IsLook(Render row) => row is { Step: RenderStep.Poll, Status: RenderStatus.Rendering, DueAt: not null };

    private async Task FillRoomAsync()
    {
        try
        {
            await room.FillAfterStepAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // Only the quickest way to it: reconcile looks for room too.
            logger.LogDebug(e, "Whoever waits for room is left to reconcile");
        }
    }
}
