namespace Bickford.Renders.Simulation.Faults;

/// <summary>A place where a process meets the outside: before and after each of these calls anything may go wrong.</summary>
internal enum Boundary
{
    /// <summary>A transaction that inserts a row with its first event.</summary>
    Insert,

    /// <summary>The transaction that takes a lease.</summary>
    Lease,

    /// <summary>The transaction that prolongs it.</summary>
    Renewal,

    /// <summary>The commit before the one POST.</summary>
    Intent,

    /// <summary>The commit of a step's outcome, or of what a person asked for.</summary>
    Commit,

    /// <summary>A query for one row or a few.</summary>
    Read,

    /// <summary>The reconcile job's query for overdue rows.</summary>
    Overdue,

    /// <summary>The gate that all workers share: slots, pauses, room.</summary>
    Gate,

    /// <summary>Handing jobs to the engine.</summary>
    Engine,

    /// <summary>A create or remix on its way to the provider.</summary>
    Post,

    /// <summary>Its answer.</summary>
    PostAnswer,

    /// <summary>A look at one video.</summary>
    Look,

    /// <summary>Its answer.</summary>
    LookAnswer,

    /// <summary>A page of the provider's list.</summary>
    List,

    /// <summary>Its answer.</summary>
    ListAnswer,

    /// <summary>The request for a file.</summary>
    Content,

    /// <summary>The head of its answer.</summary>
    ContentAnswer,

    /// <summary>A file's bytes.</summary>
    Body,

    /// <summary>A deletion at the provider on its way.</summary>
    Delete,

    /// <summary>Its answer.</summary>
    DeleteAnswer,

    /// <summary>The lease that lets one process at a time clean up.</summary>
    Upkeep,

    /// <summary>Any call to the staging disk.</summary>
    Disk,

    /// <summary>Any call to the video store.</summary>
    Store,

    /// <summary>A downstream handler.</summary>
    Observer,
}
