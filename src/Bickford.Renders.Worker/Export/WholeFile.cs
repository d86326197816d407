using Bickford.Renders.Files;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Export;

/// <summary>A file that is there whole and on the disk, or as it was before.</summary>
internal sealed class WholeFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;
    private bool _kept;

    private WholeFile(string path, string partial, FileStream stream) => (_path, _partial, _stream) = (path, partial, stream);

    public Stream Stream => _stream;

    /// <summary>Begins to write beside it.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static WholeFile Create(string option, string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new InputException(option, $"'{path}' is a folder; allowed: the path of a file, which is replaced if it is there");
        // Two at once do not write into each other's.
        var partial = $"{full}.{Environment.ProcessId}.partial";
        try
        {
            return new WholeFile(full, partial, new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(option, $"'{path}' cannot be written: {e.Message}; allowed: the path of a file in a folder that is there and can be written");
        }
    }

    /// <summary>Puts it in its place.</summary>
    /// <returns>Its length.</returns>
    public async Task<long> KeepAsync(CancellationToken cancellationToken)
    {
        await _stream.FlushAsync(cancellationToken);
        _stream.Flush(flushToDisk: true);
        var length = _stream.Length;
        await _stream.DisposeAsync();
        DurableFiles.Replace(_partial, _path);
        _kept = true;
        DurableFiles.SyncDirectory(Path.GetDirectoryName(_path)!);
        return length;
    }

    public async ValueTask DisposeAsync()
    {
        if (_kept)
            return;
        await _stream.DisposeAsync();
        File.Delete(_partial);
    }
}
