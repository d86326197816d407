namespace Bickford.Renders.S3;

/// <summary>
/// The buffers of all uploads of a store: never more than a fixed number, used again while anything is uploaded, let go afterwards. The
/// shared array pool would do neither: it keeps buffers of this size by thread, and a thread that has none makes another.
/// </summary>
internal sealed class PartBuffers(int count) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(count);
    private readonly Stack<byte[]> _free = new();
    private readonly Lock _lock = new();
    private int _uploads;

    /// <summary>Says that an upload is under way, until the answer is disposed.</summary>
    public IDisposable Begin()
    {
        lock (_lock)
            _uploads++;
        return new Upload(this);
    }

    /// <summary>Waits for a buffer of at least so many bytes; each must be returned.</summary>
    public async Task<byte[]> RentAsync(int bytes, CancellationToken token)
    {
        await _slots.WaitAsync(token);
        lock (_lock)
        {
            if (_free.TryPop(out var buffer) && buffer.Length >= bytes)
                return buffer;
        }
        return GC.AllocateUninitializedArray<byte>(bytes);
    }

    public void Return(byte[] buffer)
    {
        lock (_lock)
            _free.Push(buffer);
        _slots.Release();
    }

    public void Dispose() => _slots.Dispose();

    private void End()
    {
        lock (_lock)
        {
            if (--_uploads == 0)
                _free.Clear();
        }
    }

    private sealed class Upload(PartBuffers buffers) : IDisposable
    {
        private PartBuffers? _buffers = buffers;

        public void Dispose() => Interlocked.Exchange(ref _buffers, null)?.End();
    }
}
