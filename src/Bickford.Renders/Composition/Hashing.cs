using System.Buffers;
using System.Security.Cryptography;

namespace Bickford.Renders;

/// <summary>SHA-256 as the rows and the ledger write it: 64 lower-case hex digits.</summary>
internal static class Hashing
{
    private const int BufferBytes = 256 << 10;

    public static string Sha256(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.Span));

    /// <summary>Of a stream from where it stands to its end.</summary>
    public static async Task<string> Sha256Async(Stream content, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await AppendAsync(hash, content, token);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Adds a stream, from where it stands to its end, to a hash. SHA256.HashDataAsync asks for 4 KiB at a time, and each time costs a file a trip to another thread.</summary>
    public static async Task AppendAsync(IncrementalHash hash, Stream content, CancellationToken token)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, token)) > 0)
                hash.AppendData(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Reading without trust in lengths.</summary>
internal static class BoundedStream
{
    /// <summary>All bytes of a stream, or an <see cref="IOException"/> when there are more than <paramref name="maxBytes"/>.</summary>
    public static async Task<byte[]> ReadAllAsync(Stream stream, int maxBytes, CancellationToken token)
    {
        using var content = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await stream.ReadAsync(buffer, token)) > 0)
        {
            if (content.Length + read > maxBytes)
                throw new IOException($"more than {maxBytes} bytes");
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
