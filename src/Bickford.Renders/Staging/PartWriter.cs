using System.Buffers;
using System.Security.Cryptography;

namespace Bickford.Renders.Staging;

/// <summary>
/// Takes what a download brings: one buffer goes into the file and the hash while the next one is filled, so that disk, hash and network do not wait for each other. Two buffers, however
/// long the file is. For one caller, who does one thing at a time.
/// </summary>
/// <param name="part">The open partial file; not to be closed before this is disposed.</param>
internal sealed class PartWriter(Stream part) : IAsyncDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private byte[] _writing = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _filled;
    private Task _write = Task.CompletedTask;

    /// <summary>Where the next bytes belong; never empty.</summary>
    public Memory<byte> Room => _filling.AsMemory(_filled, BufferBytes - _filled);

    /// <summary>Begins with what the file holds already.</summary>
    public async Task TakeUpAsync(CancellationToken token)
    {
        part.Position = 0;
        await Hashing.AppendAsync(_hash, part, token);
    }

    /// <summary>So many bytes were put into <see cref="Room"/>.</summary>
    /// <returns>Whether the buffer is full: then <see cref="WrittenAsync"/> and <see cref="Turn"/> come before the next bytes.</returns>
    public bool Fill(int bytes)
    {
        _filled += bytes;
        return _filled == BufferBytes;
    }

    /// <summary>All buffers that were turned before are in the file, and none is on its way.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public Task WrittenAsync() => _write;

    /// <summary>Sends what was filled on its way into the file; the next bytes go into the other buffer.</summary>
    public void Turn()
    {
        (_filling, _writing) = (_writing, _filling);
        _write = WriteAsync(_writing.AsMemory(0, _filled));
        _filled = 0;
    }

    /// <summary>Everything that was filled is in the file.</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public async Task FinishAsync()
    {
        await _write;
        Turn();
        await _write;
    }

    /// <summary>SHA-256 of the whole file, after <see cref="FinishAsync"/>.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public async ValueTask DisposeAsync()
    {
        // What it reads must not be another's, and the file must not be closed under it.
        await _write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ArrayPool<byte>.Shared.Return(_filling);
        ArrayPool<byte>.Shared.Return(_writing);
        _hash.Dispose();
    }

    // Not to be given up half-way: whoever breaks off goes on later from what is in the file.
    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        await part.WriteAsync(bytes, CancellationToken.None);
        _hash.AppendData(bytes.Span);
    }
}
