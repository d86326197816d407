using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>The way from one process to the real gate.</summary>
internal sealed class SimulatedGate(Life life, IProviderGate gate) : IProviderGate
{
    public Task<RequestSlot> ReserveAsync(int requestsPerMinute, TimeSpan longest, CancellationToken cancellationToken = default) =>
        CallAsync(() => gate.ReserveAsync(requestsPerMinute, longest, CancellationToken.None), cancellationToken);

    public Task PauseAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        CallAsync(async () =>
        {
            await gate.PauseAsync(duration, CancellationToken.None);
            return true;
        }, cancellationToken);

    public Task<ProviderPause> PauseLeftAsync(CancellationToken cancellationToken = default) =>
        CallAsync(() => gate.PauseLeftAsync(CancellationToken.None), cancellationToken);

    public Task<int> CountInFlightAsync(Guid? except, int most, CancellationToken cancellationToken = default) =>
        CallAsync(() => gate.CountInFlightAsync(except, most, CancellationToken.None), cancellationToken);

    public Task<int> CountWaitingBeforeAsync(Guid id, int priority, long turn, int most, CancellationToken cancellationToken = default) =>
        CallAsync(() => gate.CountWaitingBeforeAsync(id, priority, turn, most, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListWaitingForRoomAsync(int limit, CancellationToken cancellationToken = default) =>
        CallAsync(() => gate.ListWaitingForRoomAsync(limit, CancellationToken.None), cancellationToken);

    private Task<T> CallAsync<T>(Func<Task<T>> act, CancellationToken token) => life.CallAsync(Boundary.Gate, act, SimulatedRows.Lost, token: token);
}
