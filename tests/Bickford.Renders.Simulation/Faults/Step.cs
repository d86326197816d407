namespace Bickford.Renders.Simulation.Faults;

/// <summary>What a process is at when a fault strikes: a step of the chain, or what goes on beside it.</summary>
internal enum Step
{
    /// <summary>A caller hands in a render.</summary>
    Enqueue,

    Create,
    Poll,
    Download,
    Upload,
    Record,

    /// <summary>The recurring job.</summary>
    Reconcile,

    /// <summary>The recurring clean-up.</summary>
    CleanUp,

    /// <summary>The recurring seal of the ledger.</summary>
    Seal,

    /// <summary>A person cancels, resumes, adopts, renders again or remixes.</summary>
    Person,
}

/// <summary>What the process is at, along all its awaits.</summary>
internal sealed class Doing(Step step, Guid? renderId = null)
{
    private static readonly AsyncLocal<Doing?> s_current = new();

    public static Doing Current => s_current.Value ?? throw new InvalidOperationException("a part was called by nobody");

    /// <summary>A run goes on with the next step by itself where the node has the staged files.</summary>
    public Step Step { get; set; } = step;

    public Guid? RenderId { get; set; } = renderId;

    /// <summary>The token of the lease that this run took last.</summary>
    public string? LeaseOwner { get; set; }

    /// <summary>Until the calling method ends.</summary>
    public void Begin() => s_current.Value = this;
}
