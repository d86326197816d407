using System.Security.Cryptography;

namespace Bickford.Renders;

/// <summary>SHA-256 as the rows and the ledger write it: 64 lower-case hex digits.</summary>
internal static class Hashing
{
    public static string Sha256(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.Span));

    public static async Task<string> Sha256Async(Stream content, CancellationToken token) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(content, token));
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
