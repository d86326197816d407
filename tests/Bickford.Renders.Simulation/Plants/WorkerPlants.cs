using Bickford.Renders.Ports;
using Bickford.Renders.Queue;
using Bickford.Renders.Steps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Bugs about what keeps renders going.</summary>
internal static class WorkerPlants
{
    public static IReadOnlyList<Plant> All { get; } =
    [
        new("no-reconcile", "nobody looks for rows that the engine forgot") { Put = static services => services.Replace(ServiceDescriptor.Singleton<IReconciler, NoReconcile>()) },
        new("no-deadline", "a video that never ends is looked at for ever") { Configure = static options => options.Deadline = TimeSpan.FromDays(7) },
    ];

    /// <summary>Puts another step in front of a step of the chain, or in its place.</summary>
    public static void ReplaceStep<T>(this IServiceCollection services, Func<IStep, IServiceProvider, IStep> planted)
        where T : class, IStep
    {
        services.Remove(services.First(service => service.ImplementationType == typeof(T)));
        services.AddSingleton<IStep>(all => planted(ActivatorUtilities.CreateInstance<T>(all), all));
    }

    private sealed class NoReconcile : IReconciler
    {
        public Task<int> ReconcileAsync(CancellationToken cancellationToken) => Task.FromResult(0);

        public Task<int> HandOverDueAsync(RenderStep step, int limit, CancellationToken cancellationToken) => Task.FromResult(0);

        public Task<int> HandOverAllAsync(CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
