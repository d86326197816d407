using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>The way from one process to what was really spent; it is the gate's.</summary>
internal sealed class SimulatedSpending(Life life, ISpending spending) : ISpending
{
    public Task<RenderSum> SumSpentAsync(DateTimeOffset since, string? tag = null, Guid? except = null, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Gate, () => spending.SumSpentAsync(since, tag, except, CancellationToken.None), SimulatedRows.Lost, token: cancellationToken);

    public Task<IReadOnlyList<SpentGroup>> GroupSpentAsync(DateTimeOffset since, DateTimeOffset until, SpentBy by, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Gate, () => spending.GroupSpentAsync(since, until, by, CancellationToken.None), SimulatedRows.Lost, token: cancellationToken);

    public Task<IReadOnlyList<Render>> ListParkedForBudgetAsync(Render? after, int limit, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Gate, () => spending.ListParkedForBudgetAsync(after, limit, CancellationToken.None), SimulatedRows.Lost, token: cancellationToken);
}
