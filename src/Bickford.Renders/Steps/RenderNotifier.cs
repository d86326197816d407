using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>Tells the observers.</summary>
internal sealed class RenderNotifier(IEnumerable<IRenderObserver> observers, ILogger<RenderNotifier> logger)
{
    private readonly IRenderObserver[] _observers = [.. observers];

    /// <summary>Tells all of them that a render is about to complete; throws what the first of the failing ones threw, after all were told.</summary>
    public async Task CompletedAsync(Render render, Guid eventId, CancellationToken cancellationToken)
    {
        Exception? first = null;
        foreach (var observer in _observers)
        {
            try
            {
                await observer.OnCompletedAsync(render, eventId, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                first ??= new ObserverException($"{observer.GetType().Name}: {e.Message}", e);
            }
        }

        if (first is not null)
            throw first;
    }

    /// <summary>Tells all of them, if the render failed, was parked or was cancelled.</summary>
    public async Task StoppedAsync(Render render)
    {
        if (render.Status is not (RenderStatus.Failed or RenderStatus.Parked or RenderStatus.Cancelled))
            return;
        foreach (var observer in _observers)
        {
            try
            {
                await observer.OnStoppedAsync(render, CancellationToken.None);
            }
            catch (Exception e)
            {
                logger.LogWarning("{Render}: observer {Observer} failed: {Error}", render.ShortId, observer.GetType().Name, e.Message);
            }
        }
    }
}

/// <summary>A downstream handler failed.</summary>
internal sealed class ObserverException(string message, Exception inner) : Exception(message, inner);
