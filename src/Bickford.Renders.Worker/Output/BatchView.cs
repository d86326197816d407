using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Output;

/// <summary>How a batch stands, as JSON.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Renders">How many renders it has.</param>
/// <param name="Open">How many of them have not ended.</param>
/// <param name="Statuses">How many have each status, all statuses named.</param>
/// <param name="Progress">0 to 100, over all of them.</param>
/// <param name="Cost">The sum of their list prices in US dollars.</param>
/// <param name="Spent">The same of those whose create was sent and not refused.</param>
/// <param name="WithoutPrice">How many have no price.</param>
/// <param name="CreatedAt">When the first was handed in.</param>
/// <param name="UpdatedAt">When one of them changed last.</param>
internal sealed record BatchView(
    string Name, long Renders, long Open, IReadOnlyDictionary<string, long> Statuses, int Progress, decimal Cost, decimal Spent, long WithoutPrice, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static BatchView Of(BatchSum sum) => new(
        sum.Name, sum.Count, sum.Open, Enum.GetValues<RenderStatus>().ToDictionary(status => status.ToString(), sum.Of), sum.Progress, sum.Cost, sum.Spent, sum.WithoutPrice, sum.CreatedAt, sum.UpdatedAt);
}
