using System.Text.Json;
using System.Text.Json.Serialization;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Runs;

/// <summary>What one world came to, as the line by which a part of a run tells the whole.</summary>
/// <param name="Seed">The world.</param>
/// <param name="Hash">Of everything that happened and everything that is left: the same for a seed wherever it runs.</param>
/// <param name="Problems">What is broken; empty when every promise held.</param>
/// <param name="Schedule">What went wrong, in order; given for a broken world only.</param>
/// <param name="Struck">Which cells of the table of faults were struck, by their place in it.</param>
internal sealed record WorldLine(ulong Seed, string Hash, IReadOnlyList<string> Problems, IReadOnlyList<string> Schedule, IReadOnlyList<int> Struck)
{
    [JsonIgnore]
    public bool IsBroken => Problems.Count > 0;

    public static WorldLine Of(WorldResult result) =>
        new(result.Seed, result.Hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture), result.Problems, result.IsBroken ? result.Schedule : [], result.Struck);

    public static WorldLine Parse(string json) => JsonSerializer.Deserialize<WorldLine>(json)!;

    public override string ToString() => JsonSerializer.Serialize(this);
}
