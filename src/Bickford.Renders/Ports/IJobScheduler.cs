namespace Bickford.Renders.Ports;

/// <summary>One run of one step. Two with the same render, step and version are the same job.</summary>
/// <param name="RenderId">The render.</param>
/// <param name="Step">The step.</param>
/// <param name="Version">The row's version this job belongs to; with another one the job is stale.</param>
/// <param name="DueAt">Not before.</param>
/// <param name="Priority">Higher goes first among those that are due.</param>
/// <param name="Turn">Among jobs of a step that are due and of the same priority, the lower goes first: creates' turns (<see cref="Render.Turn"/>), and of what is to be downloaded the time at which it expires; 0 for other steps.</param>
public sealed record StepJob(Guid RenderId, RenderStep Step, long Version, DateTimeOffset DueAt, int Priority = 0, long Turn = 0)
{
    /// <summary>The job that a row asks for, or null when there is nothing to do.</summary>
    public static StepJob? For(Render render) =>
        render.DueAt is { } due && render.Status.IsOpen()
            ? Of(render.Id, render.Step, render.Version, due, render.Priority, render.Turn, render.ExpiresAt, render.ProviderCompletedAt)
            : null;

    /// <summary>The job of a row that has these.</summary>
    public static StepJob Of(Guid id, RenderStep step, long version, DateTimeOffset dueAt, int priority, long turn, DateTimeOffset? expiresAt, DateTimeOffset? renderedAt) => step switch
    {
        RenderStep.Create => new StepJob(id, step, version, dueAt, priority, turn),
        // What was paid for must be fetched before it goes away, whatever its priority. Servers that do not say when keep it for about an hour.
        RenderStep.Download => new StepJob(id, step, version, dueAt, 0, (expiresAt ?? (renderedAt ?? dueAt) + UsualLifetime).ToUnixTimeMilliseconds()),
        _ => new StepJob(id, step, version, dueAt, priority),
    };

    /// <summary>What its row waited for has come, though the row does not say so yet: an engine that takes rows in their order does not find it there, and runs the job by itself.</summary>
    public bool IsWoken { get; init; }

    /// <summary>How long a provider keeps a video that does not say when it expires.</summary>
    public static readonly TimeSpan UsualLifetime = TimeSpan.FromHours(1);
}

/// <summary>
/// The job engine: a clock that calls <see cref="IStepRunner"/> when a job is due. It may be late, call twice, or forget: the rows
/// and the reconcile job make up for it. It must not call before the due time.
/// </summary>
public interface IJobScheduler
{
    /// <summary>Asks for these runs. Asking again for a job that waits is no error and makes no second run.</summary>
    Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default);
}

/// <summary>What job engines call.</summary>
public interface IStepRunner
{
    /// <summary>
    /// Runs the step if the row still asks for it, else returns at once. Every failure of the provider, the store or the step ends up
    /// in the row; only a fault of the row store itself is thrown, for the engine to retry or to leave to the reconcile job.
    /// </summary>
    /// <param name="job">Which.</param>
    /// <param name="stopping">Shutdown: the step is cut where that is safe, and handed back at once.</param>
    /// <returns>The row as this run left it; null when the job was stale, or the row went another way.</returns>
    Task<Render?> RunAsync(StepJob job, CancellationToken stopping);

    /// <summary>Runs the create that goes first among all that are due (<see cref="IRenderStore.LeaseNextCreateAsync"/>), as <see cref="RunAsync"/> does.</summary>
    /// <param name="taken">Called when there is one, before it runs.</param>
    /// <param name="stopping">As for <see cref="RunAsync"/>.</param>
    /// <returns>Whether there was one.</returns>
    Task<bool> RunNextCreateAsync(Action taken, CancellationToken stopping);
}

/// <summary>What engines call on a schedule of their own, in every process.</summary>
public interface IReconciler
{
    /// <summary>Hands every overdue row to the engine again, and clears staging left-overs. Returns how many rows.</summary>
    Task<int> ReconcileAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Hands rows to the engine that are due at this step since a second or longer, the most urgent first: for a process with workers to spare, while others have more than they can do. Returns how many.
    /// </summary>
    /// <param name="step">Any but Create.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<int> HandOverDueAsync(RenderStep step, int limit, CancellationToken cancellationToken);

    /// <summary>Hands every open row to the engine, due or not: for the start of an engine that remembers nothing. Returns how many.</summary>
    Task<int> HandOverAllAsync(CancellationToken cancellationToken);
}
