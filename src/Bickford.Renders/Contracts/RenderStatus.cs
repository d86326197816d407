namespace Bickford.Renders;

/// <summary>Where a render stands, as its caller sees it.</summary>
public enum RenderStatus
{
    /// <summary>Accepted; the provider has not confirmed a video yet.</summary>
    Queued,

    /// <summary>The provider renders; the worker looks at its status from time to time.</summary>
    Rendering,

    /// <summary>The provider is done; the files are on their way to the video store.</summary>
    Storing,

    /// <summary>Stored, verified and on the ledger.</summary>
    Completed,

    /// <summary>Ended with a <see cref="RenderCause"/>. A person may resume it or render again.</summary>
    Failed,

    /// <summary>Waits for a person: going on by itself could cost money twice, or needs an operator.</summary>
    Parked,

    /// <summary>Ended because somebody asked for it.</summary>
    Cancelled,
}

/// <summary>What follows from a status.</summary>
public static class RenderStatusExtensions
{
    /// <summary>True while the worker goes on by itself: Queued, Rendering or Storing.</summary>
    public static bool IsOpen(this RenderStatus status) =>
        status is RenderStatus.Queued or RenderStatus.Rendering or RenderStatus.Storing;
}
