using System.Buffers;
using System.Security.Cryptography;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Files;

/// <summary>
/// A video store in a folder. An object appears under its key whole or not at all: it is written to a temporary file on the same
/// file system, flushed, read again and compared, renamed, and the folders are flushed. A source that is final (<see cref="ObjectContent.SourceIsFinal"/>) and on the same file system is
/// not written again but kept. Empty folders are left behind by deletes.
/// Keys that differ only in case are the same object on file systems that see them so.
/// </summary>
public sealed class FileVideoStore : IVideoStore
{
    private const int BufferBytes = 256 << 10;
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromDays(1);

    private readonly StoreRoot _root;
    private readonly TimeProvider _time;

    /// <summary>Uses a folder; it is created when something is stored.</summary>
    /// <param name="root">The folder; a relative one counts from the working directory.</param>
    /// <param name="time">Clock; the system's when null.</param>
    /// <exception cref="ArgumentException">The path is empty or not a path.</exception>
    public FileVideoStore(string root, TimeProvider? time = null)
    {
        _root = new StoreRoot(root);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The folder, absolute.</summary>
    public string Root => _root.Path;

    /// <inheritdoc/>
    public string UriOf(string key) => StoreRoot.UriOf(_root.PathOf(key));

    /// <summary>Creates the root where it is missing and writes a file there, to fail at start and not at the first video.</summary>
    /// <exception cref="VideoStoreException">The root cannot be created or written; the message says what to do.</exception>
    public void EnsureWritable()
    {
        try
        {
            var probe = NewTempPath();
            _root.CreateFolders(probe);
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
            DurableFiles.SyncDirectory(_root.Path);
            if (Path.GetDirectoryName(_root.Path) is { } parent)
                SyncIfAllowed(parent);
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw StoreErrors.Translate("write to", _root.Path, e);
        }
    }

    /// <inheritdoc/>
    public Task SweepAsync(CancellationToken cancellationToken = default)
    {
        RemoveLeftovers();
        return Task.CompletedTask;
    }

    /// <summary>Deletes what crashed puts left behind: temporary files untouched for a day. Returns how many. Files that cannot be deleted stay for the next call.</summary>
    /// <exception cref="VideoStoreException">The folder of temporary files cannot be listed.</exception>
    public int RemoveLeftovers()
    {
        try
        {
            return Leftovers().Count(file => TryDelete(file.FullName));
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw StoreErrors.Translate("clear", _root.Temp, e);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoreLeftover>> ListLeftoversAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return Task.FromResult<IReadOnlyList<StoreLeftover>>([.. Leftovers().Select(file => new StoreLeftover(file.FullName, new DateTimeOffset(file.LastWriteTimeUtc), file.Length))]);
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw StoreErrors.Translate("list", _root.Temp, e);
        }
    }

    /// <inheritdoc/>
    public async Task<string> PutAsync(string key, Stream source, ObjectContent content, CancellationToken cancellationToken = default)
    {
        var path = _root.PathOf(key);
        var temp = NewTempPath();
        var written = false;
        try
        {
            _root.CreateFolders(temp);
            var kept = await TryKeepAsync(source, temp, content);
            if (kept)
            {
                await CheckKeptAsync(temp, key, content, cancellationToken);
            }
            else
            {
                await WriteAsync(temp, key, source, content, cancellationToken);
                if (!await HoldsAsync(temp, content, cancellationToken))
                    throw new VideoStoreException($"file store: '{temp}' reads back differently from what was written; check that disk for faults");
            }

            _root.CreateFolders(path);
            cancellationToken.ThrowIfCancellationRequested();
            DurableFiles.Replace(temp, path);
            // A file that is there under its name already keeps both: then the temporary one has to go.
            written = !kept;
            await OwnThread.RunAsync(() => _root.SyncFolders(path));
            return StoreRoot.UriOf(path);
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw StoreErrors.Translate("store", path, e);
        }
        finally
        {
            if (!written)
                TryDelete(temp);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> VerifyAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        var path = _root.PathOf(key);
        try
        {
            return await HoldsAsync(path, content, cancellationToken);
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw StoreErrors.Translate("read", path, e);
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _root.PathOf(key);
        try
        {
            return Task.FromResult<Stream?>(Open(path, BufferBytes));
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw StoreErrors.Translate("read", path, e);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _root.PathOf(key);
        try
        {
            _root.RefuseLinks(path);
            if (!File.Exists(path))
                return Task.CompletedTask;
            File.Delete(path);
            DurableFiles.SyncDirectory(Path.GetDirectoryName(path)!);
            return Task.CompletedTask;
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw StoreErrors.Translate("delete", path, e);
        }
    }

    private List<FileInfo> Leftovers()
    {
        var temp = new DirectoryInfo(_root.Temp);
        var oldest = _time.GetUtcNow() - s_leftoverAge;
        return temp.Exists && temp.LinkTarget is null ? [.. temp.EnumerateFiles().Where(file => file.LastWriteTimeUtc < oldest.UtcDateTime)] : [];
    }

    private string NewTempPath() => Path.Combine(_root.Temp, $"{Guid.CreateVersion7(_time.GetUtcNow()):N}.part");

    /// <summary>The source itself under a temporary name, where it may be kept: writing a long video a second time takes as long as fetching it did.</summary>
    private async Task<bool> TryKeepAsync(Stream source, string temp, ObjectContent content)
    {
        if (!content.SourceIsFinal || source is not FileStream file || !DurableFiles.TryLink(file.Name, temp))
            return false;
        // It is no leftover of long ago, however long it was staged.
        File.SetLastWriteTimeUtc(temp, _time.GetUtcNow().UtcDateTime);
        await OwnThread.RunAsync(() => DurableFiles.SyncBytes(file.SafeFileHandle));
        return true;
    }

    // Here the source is what is read, so that whatever is wrong with it is the caller's trouble, and he fetches it again.
    private async Task CheckKeptAsync(string temp, string key, ObjectContent content, CancellationToken cancellationToken)
    {
        try
        {
            if (!await HoldsAsync(temp, content, cancellationToken))
                throw new ContentMismatchException($"'{key}': the source is not the {content.Bytes} bytes with the SHA-256 {content.Sha256} that were promised");
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw new ContentMismatchException($"'{key}': the source cannot be read: {e.Message}");
        }
    }

    private static async Task WriteAsync(string temp, string key, Stream source, ObjectContent content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = new FileStream(temp, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            long bytes = 0;
            source.Position = 0;
            while (await ReadSourceAsync(source, buffer, key, cancellationToken) is var read and > 0)
            {
                bytes += read;
                if (bytes > content.Bytes)
                    throw new ContentMismatchException($"'{key}': the source is longer than the promised {content.Bytes} bytes");
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            if (bytes != content.Bytes)
                throw new ContentMismatchException($"'{key}': the source has {bytes} bytes, {content.Bytes} were promised");
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) is var sha256 && sha256 != content.Sha256)
                throw new ContentMismatchException($"'{key}': the source has the SHA-256 {sha256}, {content.Sha256} was promised");
            await OwnThread.RunAsync(() => DurableFiles.SyncBytes(file.SafeFileHandle));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A source that cannot be read is the caller's trouble, not the store's: it must not read like a full disk here.
    private static async Task<int> ReadSourceAsync(Stream source, byte[] buffer, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            throw new ContentMismatchException($"'{key}': the source cannot be read: {e.Message}");
        }
    }

    private async Task<bool> HoldsAsync(string path, ObjectContent content, CancellationToken cancellationToken)
    {
        await using var file = Open(path, bufferBytes: 0);
        return file is not null
            && file.Length == content.Bytes
            && await Hashing.Sha256Async(file, cancellationToken) == content.Sha256;
    }

    private FileStream? Open(string path, int bufferBytes)
    {
        _root.RefuseLinks(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (StoreErrors.IsFileError(e) && (Directory.Exists(path) || _root.FoldersOf(path).Any(File.Exists)))
        {
            // A folder is no object, and neither is anything below a file.
            return null;
        }
    }

    // Makes the new root's own name durable; who may not read the folder above cannot have created the root in it.
    private static void SyncIfAllowed(string folder)
    {
        try
        {
            DurableFiles.SyncDirectory(folder);
        }
        catch (IOException)
        {
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (StoreErrors.IsFileError(e))
        {
            return false;
        }
    }
}
