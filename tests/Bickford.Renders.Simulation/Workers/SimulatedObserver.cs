using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>A downstream handler that notes what it is told, and fails now and then.</summary>
internal sealed class SimulatedObserver(Life life) : IRenderObserver
{
    public Task OnCompletedAsync(Render render, Guid eventId, CancellationToken cancellationToken) =>
        life.CallAsync(
            Boundary.Observer,
            () =>
            {
                life.World.Watch.Told(render.Id, eventId);
                return Task.FromResult(true);
            },
            static what => new InvalidOperationException(what),
            token: cancellationToken);

    public Task OnStoppedAsync(Render render, CancellationToken cancellationToken) =>
        life.CallAsync(Boundary.Observer, static () => Task.FromResult(true), static what => new InvalidOperationException(what), token: cancellationToken);
}
