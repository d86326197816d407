using System.Buffers.Binary;

namespace Bickford.Renders.Simulator;

/// <summary>Endless bytes that do not compress and depend only on key and position, so a shifted or repeated part shows in the hash.</summary>
internal static class Noise
{
    public static void Fill(ulong key, long position, Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[8];
        while (!buffer.IsEmpty)
        {
            var skip = (int)(position & 7);
            if (skip == 0 && buffer.Length >= 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(buffer, Word(key, position >> 3));
                buffer = buffer[8..];
                position += 8;
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, Word(key, position >> 3));
            var count = Math.Min(8 - skip, buffer.Length);
            word.Slice(skip, count).CopyTo(buffer);
            buffer = buffer[count..];
            position += count;
        }
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over a counter.
    private static ulong Word(ulong key, long index)
    {
        var z = key + (ulong)index * 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}

/// <summary>A body of <see cref="Noise"/>: right length, wrong bytes.</summary>
internal sealed class NoiseBody(ulong key, long length) : MediaBody
{
    public override long Length => length;

    public override void Read(long offset, Span<byte> buffer) => Noise.Fill(key, offset, buffer);
}
