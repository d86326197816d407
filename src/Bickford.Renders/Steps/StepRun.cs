using Bickford.Renders.Policies;

namespace Bickford.Renders.Steps;

/// <summary>One run of one step: the row it works on, and when to stop.</summary>
internal sealed class StepRun(Render row, LeaseKeeper lease, Func<StepRun, StepOutcome, Task<bool>> commit, CancellationToken token)
{
    /// <summary>The row as this run last saw or committed it.</summary>
    public Render Row { get; set; } = row;

    /// <summary>Shutdown, a lost lease, or a wish to cancel.</summary>
    public CancellationToken Token { get; } = token;

    /// <summary>True while nobody else can be at this step.</summary>
    public bool HoldsLease => lease.IsSafe;

    /// <summary>Commits something in the middle of the step and goes on with the lease; false: the row went another way, stop.</summary>
    public Task<bool> CommitAsync(StepOutcome outcome) => commit(this, outcome);
}

/// <summary>What one step does. It changes nothing but through its outcome.</summary>
internal interface IStep
{
    /// <summary>Which step this is.</summary>
    RenderStep Step { get; }

    /// <summary>Does it. Null: the row went another way, drop it.</summary>
    Task<StepOutcome?> RunAsync(StepRun run);

    /// <summary>After the outcome is durable; a crash before this must do no harm.</summary>
    void AfterCommit(Render committed)
    {
    }
}
