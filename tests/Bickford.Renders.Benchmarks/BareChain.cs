using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Benchmarks;

/// <summary>Five empty jobs a render in the place of the steps, each of which asks the engine for the next: what the engine costs by itself, set up as the product sets it up.</summary>
internal sealed class BareChain(IServiceProvider services, TimeProvider clock, Completions completions) : IStepRunner, IReconciler
{
    private static readonly Render s_nothing = new()
    {
        Id = Guid.Empty,
        RequestHash = "",
        Prompt = "",
        Model = "",
        Status = RenderStatus.Completed,
        Step = RenderStep.Record,
        Version = 1,
        DeadlineAt = DateTimeOffset.UnixEpoch,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    public StepJob First() => new(Guid.CreateVersion7(clock.GetUtcNow()), RenderStep.Create, 1, clock.GetUtcNow());

    public async Task<Render?> RunAsync(StepJob job, CancellationToken stopping)
    {
        if (job.Step == RenderStep.Record)
            completions.Count();
        else
            await services.GetRequiredService<IJobScheduler>().ScheduleAsync([job with { Step = job.Step + 1, Version = job.Version + 1, DueAt = clock.GetUtcNow() }], CancellationToken.None);
        return s_nothing;
    }

    public Task<bool> RunNextCreateAsync(Action taken, CancellationToken stopping) => Task.FromResult(false);

    public Task<int> ReconcileAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<int> HandOverDueAsync(RenderStep step, int limit, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<int> HandOverAllAsync(CancellationToken cancellationToken) => Task.FromResult(0);
}

/// <summary>How many came to their end in this process.</summary>
internal sealed class Completions
{
    private long _count;

    public long Total => Interlocked.Read(ref _count);

    public void Count() => Interlocked.Increment(ref _count);
}

/// <summary>The product's own runner, of which is counted what it has committed as completed.</summary>
internal sealed class CountingRunner(IStepRunner runner, Completions completions) : IStepRunner
{
    public async Task<Render?> RunAsync(StepJob job, CancellationToken stopping)
    {
        var left = await runner.RunAsync(job, stopping);
        if (left?.Status == RenderStatus.Completed)
            completions.Count();
        return left;
    }

    public Task<bool> RunNextCreateAsync(Action taken, CancellationToken stopping) => runner.RunNextCreateAsync(taken, stopping);
}
