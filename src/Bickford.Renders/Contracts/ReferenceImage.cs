namespace Bickford.Renders;

/// <summary>What is done with a reference image that is not of the render's size.</summary>
public enum ReferenceFit
{
    /// <summary>Nothing: it is refused. One of the right size is sent as it is.</summary>
    None,

    /// <summary>It fills the frame; what sticks out is cut off on both sides alike.</summary>
    Crop,

    /// <summary>All of it is in the frame; what is left free is black.</summary>
    Pad,
}

/// <summary>An image a caller hands in as the first frame of a render: jpeg, png or webp, of exactly the render's pixel size, or with a <see cref="Fit"/>.</summary>
/// <param name="Content">The whole file.</param>
/// <param name="FileName">Its name, without a folder; only for people and the provider's form field.</param>
public sealed record ReferenceImage(ReadOnlyMemory<byte> Content, string FileName)
{
    /// <summary>
    /// How it is made to fit; default None. Crop and Pad draw it anew, also one of the right size: upright, and without what else the file holds, such as where and with what it
    /// was taken.
    /// </summary>
    public ReferenceFit Fit { get; init; }

    /// <summary>Reads an image file.</summary>
    /// <exception cref="RenderRequestException">The file cannot be read, or is empty.</exception>
    public static ReferenceImage FromFile(string path)
    {
        try
        {
            return new ReferenceImage(File.ReadAllBytes(path), Path.GetFileName(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RenderRequestException("reference", path, "a readable jpeg, png or webp file", e.Message);
        }
    }
}

/// <summary>A reference image that the worker has taken over: its bytes lie in the video store.</summary>
/// <param name="Key">Key in the video store.</param>
/// <param name="FileName">The caller's file name.</param>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Bytes">Length in bytes.</param>
/// <param name="Sha256">SHA-256 of the content, 64 lower-case hex digits.</param>
public sealed record StoredReference(string Key, string FileName, string ContentType, long Bytes, string Sha256)
{
    /// <summary>How the caller's image was made to fit; null where its pixels are stored as they came.</summary>
    public ReferenceFit? Fit { get; init; }

    /// <summary>SHA-256 of the caller's image, where it was made to fit or held more than a picture.</summary>
    public string? SourceSha256 { get; init; }
}
