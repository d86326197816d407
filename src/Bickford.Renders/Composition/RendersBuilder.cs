using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders;

/// <summary>Collects the parts of a worker: adapters add themselves by extension methods such as <c>UseSqlite</c> and <c>UseQuartz</c>.</summary>
/// <param name="services">Where everything is registered.</param>
public sealed class RendersBuilder(IServiceCollection services)
{
    /// <summary>Where everything is registered.</summary>
    public IServiceCollection Services { get; } = services;
}
