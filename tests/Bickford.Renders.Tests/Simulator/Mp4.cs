using System.Buffers.Binary;
using System.Text;

namespace Bickford.Renders.Tests.Simulator;

/// <summary>The boxes of an MP4 at its top level.</summary>
internal static class Mp4
{
    public delegate void Reader(long offset, Span<byte> buffer);

    public static List<(string Type, long Length)> Boxes(long length, Reader read)
    {
        var boxes = new List<(string, long)>();
        var header = new byte[16];
        for (long at = 0; at < length;)
        {
            read(at, header.AsSpan(0, (int)Math.Min(16, length - at)));
            long size = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (size == 1)
                size = BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8));
            size.ShouldBeGreaterThanOrEqualTo(8);
            boxes.Add((Encoding.ASCII.GetString(header, 4, 4), size));
            at += size;
            at.ShouldBeLessThanOrEqualTo(length);
        }

        return boxes;
    }

    public static List<(string Type, long Length)> Boxes(byte[] file) => Boxes(file.Length, (offset, buffer) => file.AsSpan((int)offset, buffer.Length).CopyTo(buffer));
}
