using Bickford.Renders.Ports;

namespace Bickford.Renders.Pacing;

/// <summary>
/// Room for creates under <see cref="RenderOptions.MaxInFlight"/>. Rows are counted, nothing is handed out, so that no place is lost with a worker. A create that finds
/// no room waits without being asked again and again: whoever sees room wakes as many as there is room for.
/// </summary>
internal sealed class CreateRoom(IProviderGate? gate, IJobScheduler scheduler, RenderOptions options)
{
    private const int Batch = 100;

    /// <summary>
    /// Whether there is room for this render's create, as far as can be told before its intent is committed, which decides. Those that wait and go before it are given
    /// theirs first, so that nobody who comes later is served earlier, and few find out at the last moment that they were too many.
    /// </summary>
    public async Task<bool> MayHaveRoomAsync(Render row, CancellationToken cancellationToken)
    {
        if (gate is null || options.MaxInFlight == 0)
            return true;
        var room = options.MaxInFlight - await gate.CountInFlightAsync(row.Id, options.MaxInFlight, cancellationToken);
        return room > 0 && await gate.CountWaitingBeforeAsync(row.Id, row.Priority, row.Turn, room, cancellationToken) < room;
    }

    /// <summary>The same as <see cref="FillAsync"/> when a step has given its room back; nothing where there is no limit: who waits since there was one is found by reconcile.</summary>
    public Task FillAfterStepAsync(CancellationToken cancellationToken) => options.MaxInFlight == 0 ? Task.CompletedTask : FillAsync(cancellationToken);

    /// <summary>Hands waiting creates to the engine, as many as there is room for. Two that do so at once do no harm. Returns how many.</summary>
    public async Task<int> FillAsync(CancellationToken cancellationToken)
    {
        if (gate is null)
            return 0;
        // Without a limit there may still be some that waited under the one before.
        var room = options.MaxInFlight == 0 ? Batch : options.MaxInFlight - await gate.CountInFlightAsync(null, options.MaxInFlight, cancellationToken);
        if (room <= 0)
            return 0;
        var waiting = await gate.ListWaitingForRoomAsync(Math.Min(room, Batch), cancellationToken);
        if (waiting.Count > 0)
            await scheduler.ScheduleAsync([.. waiting.Select(job => job with { IsWoken = true })], cancellationToken);
        return waiting.Count;
    }
}
