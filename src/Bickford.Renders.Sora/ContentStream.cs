using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>
/// A body that is being downloaded: fails when no byte arrives for the idle time, when too few do, and when it ends before its announced length. The time in
/// which the reader is busy elsewhere does not count.
/// </summary>
internal sealed class ContentStream(Stream body, long? length, DownloadPace pace, TimeProvider time) : Stream
{
    private readonly CancellationTokenSource _idle = new(Timeout.InfiniteTimeSpan, time);
    private CancellationTokenSource? _either;
    private CancellationToken _reader;
    private ReadOnlyMemory<byte> _ahead;
    private long _received;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Looks at the first bytes without taking them away. Only before the first read.</summary>
    /// <returns>Fewer than asked for where the body is shorter.</returns>
    public async Task<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[count];
        var filled = await this.ReadAtLeastAsync(buffer, count, throwOnEndOfStream: false, cancellationToken);
        _ahead = buffer.AsMemory(0, filled);
        return _ahead;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_ahead.IsEmpty)
        {
            var count = Math.Min(_ahead.Length, buffer.Length);
            _ahead[..count].CopyTo(buffer);
            _ahead = _ahead[count..];
            return count;
        }

        var started = time.GetTimestamp();
        var read = await ReadBodyAsync(buffer, cancellationToken);
        _received += read;
        if (read > 0 && pace.Received(time.GetElapsedTime(started), read) is { } tooSlow)
            throw new VideosApiException(VideosFault.Unavailable, tooSlow);
        if (read == 0 && buffer.Length > 0 && length is { } announced && _received < announced)
            throw new IOException($"the connection ended after {_received} of {announced} bytes");
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Not offered: only asynchronous reads can be given up when they idle.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read content asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            _either?.Dispose();
            _idle.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var waits = false;
        try
        {
            var reading = body.ReadAsync(buffer, EitherOf(cancellationToken));
            // What is here already is not waited for: most reads of a fast download, and they need no timer.
            if (reading.IsCompletedSuccessfully)
                return reading.Result;
            waits = true;
            _idle.CancelAfter(pace.Longest);
            return await reading;
        }
        catch (OperationCanceledException e) when (_idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new VideosApiException(VideosFault.Unavailable, pace.Idle, inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"the connection broke after {_received} bytes", e);
        }
        finally
        {
            if (waits)
                _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Cancelled when the reader gives up or nothing comes; the same for all reads of one reader.</summary>
    private CancellationToken EitherOf(CancellationToken reader)
    {
        if (_either is null || _reader != reader)
        {
            _either?.Dispose();
            (_either, _reader) = (CancellationTokenSource.CreateLinkedTokenSource(reader, _idle.Token), reader);
        }

        return _either.Token;
    }
}
