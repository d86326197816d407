using Bickford.Renders.Videos;

namespace Bickford.Renders.Policies;

/// <summary>What a step brought about. <see cref="RenderMachine"/> turns it into the next row.</summary>
public abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>Create: about to send the one POST. The lease is kept.</summary>
    /// <param name="RemixVideoId">The provider's id of the remix source, now that it is known.</param>
    public sealed record CreateStarted(string? RemixVideoId) : StepOutcome;

    /// <summary>Create: the provider has the video.</summary>
    /// <param name="Video">As the provider describes it.</param>
    /// <param name="Adopted">Found by the look-up, instead of answered to our POST.</param>
    /// <param name="Plan">When to look, where that is learnt.</param>
    public sealed record Created(Video Video, bool Adopted, LookPlan? Plan = null) : StepOutcome;

    /// <summary>Poll: the provider's status.</summary>
    /// <param name="Video">As the provider describes it.</param>
    /// <param name="Plan">When to look again, where that is learnt.</param>
    /// <param name="FromPage">A page of the provider's list said so, which answered others too.</param>
    public sealed record Seen(Video Video, LookPlan? Plan = null, bool FromPage = false) : StepOutcome;

    /// <summary>Download: all files are staged and checked.</summary>
    public sealed record Downloaded(IReadOnlyList<RenderAsset> Assets) : StepOutcome;

    /// <summary>Upload: all files are in the video store and verified there; each asset has its uri.</summary>
    public sealed record Stored(IReadOnlyList<RenderAsset> Assets) : StepOutcome;

    /// <summary>Upload: a staged file is not here, or is not what was staged.</summary>
    public sealed record StagingLost(string Why) : StepOutcome;

    /// <summary>Record: done; <paramref name="ObserverError"/> names observers that failed to the last.</summary>
    public sealed record Recorded(string? ObserverError) : StepOutcome;

    /// <summary>The step did not do its thing.</summary>
    public sealed record Faulted(StepFault Fault) : StepOutcome;

    /// <summary>Nobody's fault: there is something to wait for.</summary>
    /// <param name="For">How long.</param>
    public sealed record Waiting(TimeSpan For) : StepOutcome;

    /// <summary>Create: as many renders as allowed are in flight.</summary>
    public sealed record NoRoom : StepOutcome;

    /// <summary>Create: the render to remix has no video yet.</summary>
    public sealed record NoSource : StepOutcome;

    /// <summary>Create: it would cost more than may be spent.</summary>
    /// <param name="Why">Which limit, and what is left of it.</param>
    public sealed record OverBudget(string Why) : StepOutcome;

    /// <summary>Shutdown cut the step; another process may take it at once.</summary>
    public sealed record HandedBack : StepOutcome;
}
