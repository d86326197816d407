namespace Bickford.Renders.Ports;

/// <summary>What kind of thing is deleted.</summary>
public enum CleanupKind
{
    /// <summary>The provider's copy of a video that is stored here.</summary>
    ProviderCopy,

    /// <summary>A video at the provider that no render owns.</summary>
    ForeignVideo,

    /// <summary>A render's files in the video store.</summary>
    Files,

    /// <summary>Files in this node's staging folder that nobody will ask for.</summary>
    Staging,

    /// <summary>What crashes left behind in the video store: temporary files, uploads that were never completed.</summary>
    Leftover,
}

/// <summary>What became of it.</summary>
public enum CleanupOutcome
{
    /// <summary>A dry run: it would be deleted.</summary>
    Planned,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>It is due, and stays all the same: <see cref="CleanupItem.Problem"/> says why.</summary>
    Kept,

    /// <summary>Deleting it failed; a later run tries again.</summary>
    Failed,
}

/// <summary>One thing that a clean-up deletes, and why.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Name">What it is called where it lies: the provider's id, a uri, a path.</param>
/// <param name="Why">The rule that says so, with its setting.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record CleanupItem(CleanupKind Kind, string Name, string Why, CleanupOutcome Outcome)
{
    /// <summary>The render it belongs to.</summary>
    public Guid? RenderId { get; init; }

    /// <summary>What goes with it: the names of a render's other files.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Its length in bytes, where that is known, with that of the others.</summary>
    public long? Bytes { get; init; }

    /// <summary>Why it was kept or failed.</summary>
    public string? Problem { get; init; }
}

/// <summary>Deletes what is not needed any more, by the rules of <see cref="RetentionOptions"/>.</summary>
public interface ICleanup
{
    /// <summary>
    /// Looks for what is due and deletes it as it is enumerated. One run at a time for all processes on one database; ending the enumeration early ends the run. What fails does
    /// not stop the rest, unless provider or store fail again and again.
    /// </summary>
    /// <param name="dryRun">Deletes and writes nothing: the items say what would go. May run beside another.</param>
    /// <param name="cancellationToken">Ends the run between two deletions.</param>
    /// <exception cref="RenderConflictException">Another run is under way.</exception>
    IAsyncEnumerable<CleanupItem> RunAsync(bool dryRun, CancellationToken cancellationToken = default);

    /// <summary>What engines call on a schedule of their own, in every process: a run, unless another process has made one lately or is at it.</summary>
    /// <returns>How many things were deleted.</returns>
    Task<int> RunIfDueAsync(CancellationToken cancellationToken = default);
}
