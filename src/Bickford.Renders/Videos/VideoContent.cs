namespace Bickford.Renders.Videos;

/// <summary>A video's file as it streams from the provider. Dispose it to free the connection.</summary>
public sealed class VideoContent : IAsyncDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>Wraps a body.</summary>
    /// <param name="body">The bytes from <paramref name="offset"/> on; ends with an <see cref="IOException"/> or <see cref="VideosApiException"/> when the connection breaks or idles too long.</param>
    /// <param name="offset">Position of the first byte in the whole file; 0 where the server ignored the range.</param>
    /// <param name="length">Length of the whole file in bytes; null where the server does not say.</param>
    /// <param name="contentType">Media type as the server labels it, which may be wrong; null where it does not say.</param>
    /// <param name="etag">The server's entity tag, quotes included; null where it has none.</param>
    /// <param name="owner">Disposed with the content.</param>
    public VideoContent(Stream body, long offset, long? length, string? contentType, string? etag, IDisposable? owner = null)
    {
        Body = body;
        Offset = offset;
        Length = length;
        ContentType = contentType;
        ETag = etag;
        _owner = owner;
    }

    /// <summary>The bytes from <see cref="Offset"/> on.</summary>
    public Stream Body { get; }

    /// <summary>Position of the first byte in the whole file.</summary>
    public long Offset { get; }

    /// <summary>Length of the whole file in bytes, where known.</summary>
    public long? Length { get; }

    /// <summary>Media type as the server labels it.</summary>
    public string? ContentType { get; }

    /// <summary>The server's entity tag.</summary>
    public string? ETag { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        _owner?.Dispose();
    }
}

/// <summary>Where to go on with a download that broke.</summary>
/// <param name="Offset">Bytes already here; the server is asked for the rest.</param>
/// <param name="ETag">Entity tag of what is already here; another one starts from 0.</param>
public sealed record ContentResume(long Offset, string ETag);
