using System.Security.Cryptography;
using Bickford.Renders.Ports;

namespace Bickford.Renders.S3;

/// <summary>Reads what is to be stored, once, and compares it with what was promised.</summary>
internal sealed class PromisedSource : IDisposable
{
    private readonly Stream _source;
    private readonly string _key;
    private readonly ObjectContent _content;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytes;

    public PromisedSource(Stream source, string key, ObjectContent content)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(content.Bytes);
        (_source, _key, _content) = (source, key, content);
        source.Position = 0;
    }

    /// <summary>What has not been read yet.</summary>
    public long Left => _content.Bytes - _bytes;

    /// <summary>Fills a piece to its end.</summary>
    /// <exception cref="ContentMismatchException">The source ends before.</exception>
    public async Task FillAsync(Memory<byte> piece, CancellationToken token)
    {
        for (var rest = piece; rest.Length > 0;)
        {
            token.ThrowIfCancellationRequested();
            var read = await ReadAsync(rest, token);
            if (read == 0)
                throw new ContentMismatchException($"'{_key}': the source has {_bytes} bytes, {_content.Bytes} were promised");
            _hash.AppendData(rest.Span[..read]);
            _bytes += read;
            rest = rest[read..];
        }
    }

    /// <summary>To be called when nothing is left.</summary>
    /// <exception cref="ContentMismatchException">There is more to read, or it was not the promised content.</exception>
    public async Task EnsureKeptAsync(CancellationToken token)
    {
        if (await ReadAsync(new byte[1], token) > 0)
            throw new ContentMismatchException($"'{_key}': the source is longer than the promised {_content.Bytes} bytes");
        if (Convert.ToHexStringLower(_hash.GetHashAndReset()) is var sha256 && sha256 != _content.Sha256)
            throw new ContentMismatchException($"'{_key}': the source has the SHA-256 {sha256}, {_content.Sha256} was promised");
    }

    public void Dispose() => _hash.Dispose();

    // A source that cannot be read is the caller's trouble, not the store's: it must not read like a failing server.
    private async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        try
        {
            return await _source.ReadAsync(buffer, token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ContentMismatchException($"'{_key}': the source cannot be read: {e.Message}");
        }
    }
}
