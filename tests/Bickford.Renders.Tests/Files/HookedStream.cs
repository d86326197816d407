namespace Bickford.Renders.Tests.Files;

/// <summary>Bytes whose reader triggers something once it has come to a place.</summary>
internal sealed class HookedStream(byte[] bytes, int at, Action hook) : MemoryStream(bytes)
{
    private bool _done;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Fire(buffer.Length);
        cancellationToken.ThrowIfCancellationRequested();
        return base.ReadAsync(buffer, cancellationToken);
    }

    // MemoryStream hands itself over in one piece otherwise.
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        while (await ReadAsync(buffer, cancellationToken) is var read and > 0)
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
    }

    private void Fire(int next)
    {
        if (_done || Position + next < at)
            return;
        _done = true;
        hook();
    }
}
