using Bickford.Renders.Ports;

namespace Bickford.Renders.Testing;

/// <summary>
/// A job engine without threads or timers, for tests: it notes what is asked for and runs it when the test says so, one job at a time,
/// in an order that is always the same: higher priority first, then the lower turn, then longest due, then as asked for. Time is the test's <see cref="TimeProvider"/>.
/// </summary>
/// <param name="time">Clock that says what is due; the system's when null.</param>
public sealed class InMemoryJobScheduler(TimeProvider? time = null) : IJobScheduler
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly List<StepJob> _waiting = [];

    /// <summary>The jobs that wait, in the order they were asked for.</summary>
    public IReadOnlyList<StepJob> Waiting
    {
        get
        {
            lock (_lock)
                return [.. _waiting];
        }
    }

    /// <summary>When the next job is due, or null when none waits: where a test sets its clock.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            lock (_lock)
                return _waiting.Count == 0 ? null : _waiting.Min(job => job.DueAt);
        }
    }

    /// <inheritdoc/>
    public Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            _waiting.AddRange(jobs.DistinctBy(KeyOf).ExceptBy(_waiting.Select(KeyOf).ToHashSet(), KeyOf).ToList());
        return Task.CompletedTask;
    }

    /// <summary>Forgets what waits, as an engine may: reconcile has to make up for it.</summary>
    public void Forget()
    {
        lock (_lock)
            _waiting.Clear();
    }

    /// <summary>Runs all jobs that are due, and those that come due meanwhile, until none is. Returns how many ran.</summary>
    /// <param name="runner">Runs them; what it throws, this throws, and the job is gone.</param>
    /// <param name="cancellationToken">Passed to the steps as shutdown, and stops in between.</param>
    public async Task<int> RunDueAsync(IStepRunner runner, CancellationToken cancellationToken = default)
    {
        var ran = 0;
        while (TakeDue() is { } job)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await runner.RunAsync(job, cancellationToken);
            ran++;
        }
        return ran;
    }

    private StepJob? TakeDue()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            var next = _waiting.Where(job => job.DueAt <= now).OrderByDescending(job => job.Priority).ThenBy(job => job.Turn).ThenBy(job => job.DueAt).FirstOrDefault();
            if (next is not null)
                _waiting.Remove(next);
            return next;
        }
    }

    private static (Guid, RenderStep, long) KeyOf(StepJob job) => (job.RenderId, job.Step, job.Version);
}
