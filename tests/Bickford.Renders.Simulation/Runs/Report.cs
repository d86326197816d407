using System.Globalization;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Runs;

/// <summary>What people read of a world.</summary>
internal static class Report
{
    public static IEnumerable<string> Of(WorldResult result)
    {
        yield return "";
        yield return string.Create(CultureInfo.InvariantCulture, $"seed {result.Seed}: {result.About}");
        yield return string.Create(CultureInfo.InvariantCulture, $"{result.Events} happenings in {result.Took:hh\\:mm\\:ss} of virtual time, hash {result.Hash:x16}");
        foreach (var line in Faults(result.Schedule).Concat(Problems(result.Seed, result.Problems)))
            yield return line;
    }

    public static IEnumerable<string> Of(WorldLine world) => Problems(world.Seed, world.Problems).Concat(Faults(world.Schedule));

    private static IEnumerable<string> Faults(IReadOnlyList<string> schedule) =>
        [$"what went wrong ({schedule.Count}):", .. schedule.Select(fault => "  " + fault)];

    private static IEnumerable<string> Problems(ulong seed, IReadOnlyList<string> problems) =>
        problems.Count == 0 ? ["every promise held"] : [$"BROKEN: seed {seed}", .. problems.Select(problem => "  " + problem)];
}
