namespace Bickford.Renders.Simulation.Workers;

/// <summary>An open file of the simulated disk.</summary>
internal sealed class DiskStream(Life life, SimulatedDisk disk, Inode file, bool writable) : Stream
{
    private bool _closed;

    public Inode File { get; } = file;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => writable;

    public override long Length => File.Bytes.Length;

    public override long Position { get; set; }

    public override void Flush()
    {
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await life.AliveAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return disk.Call("read", mayFill: false, () => Read(buffer.Span));
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await life.AliveAsync();
        cancellationToken.ThrowIfCancellationRequested();
        disk.Call("write", mayFill: true, () =>
        {
            Write(buffer.Span);
            return true;
        });
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Max(0, Math.Min(buffer.Length, File.Bytes.Length - Position));
        File.Bytes.AsSpan((int)Position, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var end = (int)Position + buffer.Length;
        var bytes = new byte[Math.Max(end, File.Bytes.Length)];
        File.Bytes.CopyTo(bytes, 0);
        buffer.CopyTo(bytes.AsSpan((int)Position));
        File.Bytes = bytes;
        Position = end;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void SetLength(long value)
    {
        if (value == File.Bytes.Length)
            return;
        disk.Call("set length", mayFill: true, () =>
        {
            var bytes = new byte[value];
            File.Bytes.AsSpan(0, (int)Math.Min(value, File.Bytes.Length)).CopyTo(bytes);
            return File.Bytes = bytes;
        });
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed && writable && File.OpenedBy == life)
            File.OpenedBy = null;
        _closed = true;
        base.Dispose(disposing);
    }
}
