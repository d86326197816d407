namespace Bickford.Renders.Ports;

/// <summary>How a video at the provider stands to our rows.</summary>
public enum LibraryState
{
    /// <summary>A render owns it, and its files are in our store.</summary>
    Stored,

    /// <summary>A render owns it that has not stored it yet: it is under way, or failed or parked and may be resumed.</summary>
    Pending,

    /// <summary>A render owns it that wants it no more: cancelled, failed by the provider, or its files were deleted by clean-up.</summary>
    Left,

    /// <summary>No render owns it.</summary>
    Foreign,

    /// <summary>A row says that the provider has it, and the provider's list does not.</summary>
    Missing,
}

/// <summary>A video at the provider, or one that should be there.</summary>
/// <param name="VideoId">The provider's id.</param>
/// <param name="State">How it stands to our rows.</param>
public sealed record LibraryVideo(string VideoId, LibraryState State)
{
    /// <summary>The render that owns it.</summary>
    public Guid? RenderId { get; init; }

    /// <summary>That render's status.</summary>
    public RenderStatus? RenderStatus { get; init; }

    /// <summary>Our store has its files. A missing video without them is lost.</summary>
    public bool StoredHere { get; init; }

    /// <summary>The provider's word for its status; null for a missing one.</summary>
    public string? ProviderStatus { get; init; }

    /// <summary>When it was created, by the provider's clock; for a missing one as the row has it.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the provider gives it up.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>For a foreign video: a render whose create had no clear answer and that may have made it.</summary>
    public Guid? MayBeOf { get; init; }
}

/// <summary>What a comparison found.</summary>
/// <param name="Counts">Videos by state; every state is there.</param>
/// <param name="LostCount">Missing videos that our store does not have either.</param>
/// <param name="Complete">The provider's list was read to its end. Where not, nothing is counted as missing.</param>
public sealed record LibrarySum(IReadOnlyDictionary<LibraryState, int> Counts, int LostCount, bool Complete);

/// <summary>The provider's videos against our rows.</summary>
public interface IProviderLibrary
{
    /// <summary>Reads the provider's list to its end and compares. Changes nothing.</summary>
    /// <param name="tell">Told of each video as it is found: first those of the list, then those that are missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Videos.VideosApiException">The provider gives no list.</exception>
    Task<LibrarySum> CompareAsync(Action<LibraryVideo> tell, CancellationToken cancellationToken = default);
}
