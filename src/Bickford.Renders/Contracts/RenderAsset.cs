namespace Bickford.Renders;

/// <summary>A file that belongs to a render. The names are the provider's variants.</summary>
public enum AssetKind
{
    /// <summary>The MP4.</summary>
    Video,

    /// <summary>One frame, usually WebP.</summary>
    Thumbnail,

    /// <summary>A grid of frames, usually JPEG.</summary>
    Spritesheet,
}

/// <summary>A downloaded file of a render and, once stored, where it lies.</summary>
/// <param name="Kind">Which file.</param>
/// <param name="Bytes">Length in bytes.</param>
/// <param name="Sha256">SHA-256 of the content, 64 lower-case hex digits.</param>
/// <param name="ContentType">Media type read from the content itself, such as <c>video/mp4</c>.</param>
/// <param name="Uri">Where the video store keeps it (<c>file:///…</c>, <c>s3://bucket/key</c>); null until stored and verified.</param>
public sealed record RenderAsset(AssetKind Kind, long Bytes, string Sha256, string ContentType, string? Uri = null);
