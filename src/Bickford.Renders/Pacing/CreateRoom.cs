using Bickford.Renders.Ports;

namespace Bickford.Renders.Pacing;

/// <summary>
/// Room for creates under <see cref="RenderOptions.MaxInFlight"/>. Rows are counted, nothing is handed out, so that no place is lost with a worker. A create that finds
/// no room waits without being asked again and again: whoever sees room wakes as many as there is room for.
/// </summary>
internal sealed class CreateRoom(IProviderGate? gate, IJobScheduler scheduler, RenderOptions options, TimeProvider clock)
{
    private const int Batch = 100;

    /// <summary>Whether there is room for this render's create, as far as can be told before its intent is committed, which decides.</summary>
    public async Task<bool> MayHaveRoomAsync(Render row, CancellationToken cancellationToken) =>
        gate is null || options.MaxInFlight == 0 || await gate.CountInFlightAsync(row.Id, options.MaxInFlight, cancellationToken) < options.MaxInFlight;

    /// <summary>Hands waiting creates to the engine, as many as there is room for. Two that do so at once do no harm. Returns how many.</summary>
    public async Task<int> FillAsync(CancellationToken cancellationToken)
    {
        if (gate is null || options.MaxInFlight == 0)
            return 0;
        var room = options.MaxInFlight - await gate.CountInFlightAsync(null, options.MaxInFlight, cancellationToken);
        if (room <= 0)
            return 0;
        var waiting = await gate.ListWaitingForRoomAsync(Math.Min(room, Batch), cancellationToken);
        if (waiting.Count > 0)
            await scheduler.ScheduleAsync([.. waiting.Select(job => job with { DueAt = clock.GetUtcNow() })], cancellationToken);
        return waiting.Count;
    }
}
