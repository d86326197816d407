using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Passes everything on: what a plant overrides is its bug.</summary>
internal abstract class PassedCleanupRows(ICleanupStore rows) : ICleanupStore
{
    public Task<IReadOnlyList<Render>> ListProviderCopiesAsync(DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        rows.ListProviderCopiesAsync(finishedBefore, after, limit, cancellationToken);

    public Task<IReadOnlyList<Render>> ListWithFilesAsync(
        RenderStatus status, string? tag, DateTimeOffset finishedBefore, EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        rows.ListWithFilesAsync(status, tag, finishedBefore, after, limit, cancellationToken);

    public Task<IReadOnlyList<Render>> ListDeletionsBegunAsync(EndedAt? after, int limit, CancellationToken cancellationToken = default) =>
        rows.ListDeletionsBegunAsync(after, limit, cancellationToken);

    public virtual Task<EndedAt?> FindNewestAsync(int count, CancellationToken cancellationToken = default) => rows.FindNewestAsync(count, cancellationToken);

    public virtual Task<IReadOnlyList<Render>> ListOpenCreatesAsync(Guid? after, int limit, CancellationToken cancellationToken = default) =>
        rows.ListOpenCreatesAsync(after, limit, cancellationToken);

    public Task<IReadOnlySet<Guid>> FindRemixedAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default) => rows.FindRemixedAsync(ids, cancellationToken);

    public Task<IReadOnlyList<Render>> FindByVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) =>
        rows.FindByVideoIdsAsync(videoIds, cancellationToken);
}

internal static class PassedCleanupRowsRegistration
{
    /// <summary>Puts something in front of what clean-up asks of the rows.</summary>
    public static void ReplaceCleanupRows(this IServiceCollection services, Func<ICleanupStore, ICleanupStore> planted)
    {
        var real = services.Last(service => service.ServiceType == typeof(ICleanupStore));
        services.Remove(real);
        services.AddSingleton(planted((ICleanupStore)real.ImplementationInstance!));
    }
}
