using System.Buffers.Binary;
using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>
/// An MP4 with a <c>free</c> box (ISO 14496-12, 8.1.2) behind it. The box names the video, so no two videos have the same bytes, and
/// pads the file to any length; its bytes are made when they are read.
/// </summary>
internal sealed class PaddedClip : MediaBody
{
    private readonly ReadOnlyMemory<byte> clip;
    private readonly byte[] label;
    private readonly ulong key;

    public PaddedClip(ReadOnlyMemory<byte> clip, string videoId, long minLength, ulong key)
    {
        this.clip = clip;
        this.key = key;
        var name = Encoding.ASCII.GetBytes(videoId);
        var boxLength = Math.Max(minLength - clip.Length, 8 + name.Length);
        if (boxLength > uint.MaxValue)
        {
            // A box above 4 GiB writes size 1 and its true size in 64 bits behind the type, which takes 8 bytes of the padding.
            label = new byte[16 + name.Length];
            BinaryPrimitives.WriteUInt32BigEndian(label, 1);
            BinaryPrimitives.WriteInt64BigEndian(label.AsSpan(8), boxLength);
            name.CopyTo(label, 16);
        }
        else
        {
            label = new byte[8 + name.Length];
            BinaryPrimitives.WriteUInt32BigEndian(label, (uint)boxLength);
            name.CopyTo(label, 8);
        }

        "free"u8.CopyTo(label.AsSpan(4));
        Length = clip.Length + boxLength;
    }

    public override long Length { get; }

    public override void Read(long offset, Span<byte> buffer)
    {
        var copied = Copy(clip.Span, 0, offset, buffer);
        copied += Copy(label, clip.Length, offset + copied, buffer[copied..]);
        Noise.Fill(key, offset + copied, buffer[copied..]);
    }

    private static int Copy(ReadOnlySpan<byte> source, long sourceStart, long offset, Span<byte> buffer)
    {
        var from = offset - sourceStart;
        if (from < 0 || from >= source.Length)
            return 0;
        var count = (int)Math.Min(buffer.Length, source.Length - from);
        source.Slice((int)from, count).CopyTo(buffer);
        return count;
    }
}
