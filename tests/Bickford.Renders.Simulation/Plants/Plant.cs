using Bickford.Renders.Simulation.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>A known bug, planted to see whether the simulation finds it. This one is none.</summary>
internal class Plant
{
    /// <summary>The product as it is.</summary>
    public static Plant None { get; } = new();

    /// <summary>How long an empty look-up is not believed; null for the world's own.</summary>
    public virtual TimeSpan? Settle => null;

    /// <summary>The store's adapter does not look at what was stored.</summary>
    public virtual bool TrustsAcknowledgements => false;

    /// <summary>Puts the bug into a process's parts.</summary>
    public virtual void Put(IServiceCollection services, Life life)
    {
    }
}
