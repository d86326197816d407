using System.Buffers;
using System.Security.Cryptography;

namespace Bickford.Renders.Simulator;

/// <summary>Bytes that can be read from anywhere without holding them all: what an answer sends.</summary>
internal abstract class MediaBody
{
    public abstract long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/>; the caller stays within <see cref="Length"/>.</summary>
    public abstract void Read(long offset, Span<byte> buffer);

    public string ComputeSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (long offset = 0; offset < Length;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - offset));
                Read(offset, part);
                hash.AppendData(part);
                offset += part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>Bytes in memory.</summary>
internal sealed class BytesBody(ReadOnlyMemory<byte> bytes) : MediaBody
{
    public override long Length => bytes.Length;

    public override void Read(long offset, Span<byte> buffer) => bytes.Span.Slice((int)offset, buffer.Length).CopyTo(buffer);
}
