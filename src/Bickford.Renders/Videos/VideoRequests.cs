namespace Bickford.Renders.Videos;

/// <summary>A create: what is null is left to the server.</summary>
/// <param name="Prompt">1 to 32,000 characters.</param>
public sealed record CreateVideoRequest(string Prompt)
{
    /// <summary>The model or deployment.</summary>
    public string? Model { get; init; }

    /// <summary>Width x height in pixels.</summary>
    public string? Size { get; init; }

    /// <summary>Clip length in seconds.</summary>
    public int? Seconds { get; init; }

    /// <summary>An image to begin with.</summary>
    public VideoReference? Reference { get; init; }
}

/// <summary>A reference image for a create.</summary>
/// <param name="Content">The whole file.</param>
/// <param name="FileName">Name for the form field, without a folder.</param>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
public sealed record VideoReference(ReadOnlyMemory<byte> Content, string FileName, string ContentType);

/// <summary>Order of a list by time of creation.</summary>
public enum VideoOrder
{
    /// <summary>Newest first.</summary>
    Descending,

    /// <summary>Oldest first.</summary>
    Ascending,
}

/// <summary>One page of the provider's videos.</summary>
/// <param name="Videos">The videos in the server's order.</param>
/// <param name="NextAfter">
/// Id to pass as <c>after</c> for the next page; null at the end of the list. The one that was asked for where the server has more, and does not give it.
/// </param>
/// <param name="ServerTime">The provider's clock when it answered (<c>Date</c> header, whole seconds); null where it does not say.</param>
public sealed record VideoPage(IReadOnlyList<Video> Videos, string? NextAfter, DateTimeOffset? ServerTime);
