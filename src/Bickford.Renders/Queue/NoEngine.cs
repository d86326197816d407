using Bickford.Renders.Ports;

namespace Bickford.Renders.Queue;

/// <summary>For a process that hands in renders and runs none: the rows are durable, and the reconcile job of a worker finds them.</summary>
internal sealed class NoEngine : IJobScheduler
{
    public Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default) => Task.CompletedTask;
}
