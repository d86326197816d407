using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Bugs about what clean-up takes.</summary>
internal static class CleanupPlants
{
    public static IReadOnlyList<Plant> All { get; } =
    [
        new("foreign-means-unowned", "a video that no render owns is deleted, also while a create of its time has no clear answer")
        {
            Put = static services => services.ReplaceCleanupRows(static rows => new OpenCreatesForgotten(rows)),
            // The last one lets a world delete what no render owns.
            Aims = [new(Step.Create, Boundary.PostAnswer, Fault.LostAnswer), new(Step.Create, Boundary.PostAnswer, Fault.LostAnswer), new(Step.CleanUp, Boundary.List, Fault.Slow)],
        },
        new("newest-go-too", "the files of the newest go by age like all others") { Put = static services => services.ReplaceCleanupRows(static rows => new NewestForgotten(rows)) },
    ];

    private sealed class OpenCreatesForgotten(ICleanupStore rows) : PassedCleanupRows(rows)
    {
        public override Task<IReadOnlyList<Render>> ListOpenCreatesAsync(Guid? after, int limit, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Render>>([]);
    }

    private sealed class NewestForgotten(ICleanupStore rows) : PassedCleanupRows(rows)
    {
        public override Task<EndedAt?> FindNewestAsync(int count, CancellationToken cancellationToken = default) =>
            Task.FromResult<EndedAt?>(new EndedAt(DateTimeOffset.MaxValue, Guid.AllBitsSet));
    }
}
