namespace Bickford.Renders;

/// <summary>How a video is made from another one.</summary>
public enum RemixKind
{
    /// <summary>A changed version: <c>POST /videos/{id}/remix</c>.</summary>
    Remix,

    /// <summary>A changed version, by the newer <c>POST /videos/edits</c>; not every server has it.</summary>
    Edit,

    /// <summary>A longer one that goes on where the other ends: <c>POST /videos/extensions</c>; not every server has it.</summary>
    Extension,
}

/// <summary>What is to be made from another render's video.</summary>
public sealed record RemixRequest
{
    /// <summary>A remix.</summary>
    public RemixRequest()
    {
    }

    /// <inheritdoc cref="RemixRequest()"/>
    /// <param name="prompt">1 to 32,000 characters.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RemixRequest(string prompt) => Prompt = prompt;

    /// <summary>The change, or how it goes on: 1 to 32,000 characters. One single, well-defined change works best.</summary>
    public required string Prompt { get; init; }

    /// <summary>Remix, edit or extension.</summary>
    public RemixKind Kind { get; init; }

    /// <summary>Of an extension: how many seconds are added, of the model's choices; null takes the model's first. Others are as long as their source.</summary>
    public int? Seconds { get; init; }
}
