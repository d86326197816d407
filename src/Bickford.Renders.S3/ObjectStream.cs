using Amazon.S3.Model;
using Bickford.Renders.Ports;

namespace Bickford.Renders.S3;

/// <summary>An object being read. Seeking costs nothing until the next read, which then asks for the rest from there.</summary>
/// <param name="answer">The answer that begins with the first byte.</param>
/// <param name="reopen">Asks for the same object from a position on; fails if it was replaced.</param>
/// <param name="failed">Makes the store's exception of what went wrong.</param>
/// <param name="idle">How long no byte may come.</param>
/// <param name="time">Clock.</param>
internal sealed class ObjectStream(
    GetObjectResponse answer,
    Func<GetObjectResponse, long, CancellationToken, Task<GetObjectResponse>> reopen,
    Func<Exception, VideoStoreException> failed,
    TimeSpan idle,
    TimeProvider time) : Stream
{
    private GetObjectResponse _answer = answer;
    private long _answerAt;
    private long _position;
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed;

    public override bool CanWrite => false;

    public override long Length { get; } = answer.ContentLength;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_position >= Length || buffer.Length == 0)
            return 0;
        using var deadline = new CancellationTokenSource(idle, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            if (_answerAt != _position)
            {
                var next = await reopen(_answer, _position, either.Token);
                _answer.Dispose();
                (_answer, _answerAt) = (next, _position);
            }
            var read = await _answer.ResponseStream.ReadAsync(buffer, either.Token);
            if (read == 0)
                throw new EndOfStreamException($"the object ended after {_position} of {Length} bytes");
            _answerAt = _position += read;
            return read;
        }
        catch (Exception e) when (S3Errors.IsStoreError(e, cancellationToken))
        {
            throw failed(deadline.IsCancellationRequested ? new TimeoutException("no byte came", e) : e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            _answer.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
