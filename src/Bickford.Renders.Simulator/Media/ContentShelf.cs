using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>The three assets of a completed video.</summary>
internal sealed class ContentShelf(SimulatorOptions options)
{
    /// <summary>How many drawn clips are kept; videos beyond get the embedded clip. About 100 KB each.</summary>
    private const int MaxDrawn = 500;

    // A video's clip is decided once: bytes that changed between two Range requests would break every resumed download.
    private readonly ConcurrentDictionary<string, Lazy<Task<byte[]?>>> drawn = new();

    public async Task<SimulatedContent> GetAsync(SimulatedVideo video, string variant)
    {
        var media = EmbeddedMedia.For(video.Size);
        var (type, body) = variant switch
        {
            "thumbnail" => ("image/webp", new BytesBody(media.Thumbnail)),
            "spritesheet" => ("image/jpeg", new BytesBody(media.Spritesheet)),
            _ => ("video/mp4", (MediaBody)await ClipAsync(video, media)),
        };
        var name = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Seed}/{video.Id}/{variant}/{body.Length}"));
        return new SimulatedContent(type, $"\"{Convert.ToHexStringLower(name)[..32]}\"", body);
    }

    private async Task<PaddedClip> ClipAsync(SimulatedVideo video, EmbeddedMedia.Set media)
    {
        byte[]? own = null;
        if (options.DrawPrompt && Math.Abs(video.Ordinal) <= MaxDrawn)
            own = await drawn.GetOrAdd(video.Id, _ => new(() => PromptClip.RenderAsync(video, options.Seed))).Value;
        return new PaddedClip(own ?? media.Video, video.Id, options.ContentBytes, Draws.Bits(options.Seed, video.Ordinal, "padding"));
    }
}

/// <summary>One asset as the simulator sends it.</summary>
public sealed class SimulatedContent
{
    internal SimulatedContent(string contentType, string etag, MediaBody body)
    {
        ContentType = contentType;
        ETag = etag;
        Body = body;
    }

    /// <summary>Media type the bytes have, whatever a dialect labels them.</summary>
    public string ContentType { get; }

    /// <summary>Strong entity tag, with its quotes.</summary>
    public string ETag { get; }

    /// <summary>Length in bytes.</summary>
    public long Length => Body.Length;

    internal MediaBody Body { get; }

    /// <summary>Fills <paramref name="buffer"/> with the bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the content.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - buffer.Length);
        Body.Read(offset, buffer);
    }

    /// <summary>SHA-256 of the whole content in lower-case hexadecimal. Reads through it, without holding it.</summary>
    public string ComputeSha256() => Body.ComputeSha256();
}
