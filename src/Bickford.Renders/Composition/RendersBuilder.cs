using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bickford.Renders;

/// <summary>Collects the parts of a worker: adapters add themselves by extension methods such as <c>UseSqlite</c> and <c>UseQuartz</c>.</summary>
/// <param name="services">Where everything is registered.</param>
public sealed class RendersBuilder(IServiceCollection services)
{
    /// <summary>Where everything is registered.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>Decides what requests with an intent become, in the place of the settings.</summary>
    /// <typeparam name="T">The policy; one for the process, safe for many threads.</typeparam>
    public RendersBuilder UsePolicy<T>()
        where T : class, IRenderPolicy
    {
        Services.Replace(ServiceDescriptor.Singleton<IRenderPolicy, T>());
        return this;
    }
}
