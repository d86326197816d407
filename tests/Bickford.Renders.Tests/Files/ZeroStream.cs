namespace Bickford.Renders.Tests.Files;

/// <summary>Zero bytes without end in memory; tells before each read how far it has been read.</summary>
internal sealed class ZeroStream(long length, Action<long> reading) : Stream
{
    public int LongestRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        reading(Position);
        LongestRead = Math.Max(LongestRead, buffer.Length);
        var count = (int)Math.Min(buffer.Length, length - Position);
        buffer[..count].Clear();
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
