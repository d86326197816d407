using System.Collections.Concurrent;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Files;

/// <summary>
/// Where keys lie below a root folder. No folder below the root, and no object, may be a link, so that nothing is read or written outside.
/// Two limits: the root itself may be a link (people mount storage so); and the check and the use are two moments, so somebody who may write
/// below the root while the store runs can still trick it. Give the root to the worker's own account.
/// </summary>
internal sealed class StoreRoot
{
    private const int MaxSettled = 1_000;

    // Folders below the root whose names are on the disk.
    private readonly ConcurrentDictionary<string, FolderIdentity> _settled = new(StringComparer.Ordinal);

    private readonly Action<string> _syncDirectory;

    /// <param name="root">The root.</param>
    /// <param name="syncDirectory">Flushes the names in a folder; null: <see cref="DurableFiles.SyncDirectory"/>.</param>
    public StoreRoot(string root, Action<string>? syncDirectory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        _syncDirectory = syncDirectory ?? DurableFiles.SyncDirectory;
        Path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(root));
        Temp = System.IO.Path.Combine(Path, ".tmp");
    }

    /// <summary>The root, absolute.</summary>
    public string Path { get; }

    /// <summary>Unfinished objects: on the same file system, and no key can name it because it begins with a dot.</summary>
    public string Temp { get; }

    /// <summary>The path of a key.</summary>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    public string PathOf(string key) => System.IO.Path.Combine([Path, .. StoreKey.Check(key).Split('/')]);

    /// <summary>The folders from the one a path lies in up to the root.</summary>
    public IEnumerable<string> FoldersOf(string path)
    {
        for (var folder = System.IO.Path.GetDirectoryName(path); folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            yield return folder;
            if (folder.Length <= Path.Length)
                yield break;
        }
    }

    /// <summary>Refuses to go on if something between the root and a path, or the path itself, is a link.</summary>
    /// <exception cref="VideoStoreException">One is.</exception>
    public void RefuseLinks(string path)
    {
        foreach (var part in FoldersOf(path).Where(folder => folder != Path).Prepend(path))
        {
            if (new FileInfo(part).LinkTarget is not null)
                throw new VideoStoreException($"file store: '{part}' is a link, and the store follows none below its root; put the real folder or file there, or move Storage:Root");
        }
    }

    /// <summary>Creates the folders of a path where they are missing.</summary>
    public void CreateFolders(string path)
    {
        RefuseLinks(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        RefuseLinks(path);
    }

    /// <summary>
    /// Flushes a path's folder, and those above it up to the root as far as their names may not be on the disk yet. Not only those that were made for this path: a put next to this
    /// one may have made them a moment ago and not have flushed them. Each flush waits for all that others write to the disk just then.
    /// </summary>
    public void SyncFolders(string path)
    {
        var folders = FoldersOf(path).ToList();
        // From before the flush: a folder that takes another's place in between is not taken for it the next time.
        var identities = folders.ConvertAll(folder => folder == Path ? null : DurableFiles.IdentityOf(folder));
        for (var i = 0; i < folders.Count; i++)
        {
            _syncDirectory(folders[i]);
            if (AreSettled(folders, identities, i))
                break;
        }

        if (_settled.Count > MaxSettled)
            _settled.Clear();
        for (var i = 0; i < folders.Count; i++)
        {
            if (identities[i] is { } identity)
                _settled[folders[i]] = identity;
        }
    }

    // A folder can be moved away together with all in it: so those above it must be the same too.
    private bool AreSettled(List<string> folders, List<FolderIdentity?> identities, int from) => folders[from] != Path
        && Enumerable.Range(from, folders.Count - from).All(i => folders[i] == Path || (identities[i] is { } identity && _settled.TryGetValue(folders[i], out var known) && known == identity));

    /// <summary>The uri of a path. <see cref="Uri"/> itself leaves some characters of file names as they are.</summary>
    public static string UriOf(string path)
    {
        var parts = path.Replace(System.IO.Path.DirectorySeparatorChar, '/').Split('/');
        // "C:" of a Windows path is the only part that may keep its colon.
        var escaped = parts.Select((part, i) => i == 0 && part.EndsWith(':') ? part : Uri.EscapeDataString(part));
        var joined = string.Join('/', escaped);
        return joined switch
        {
            ['/', '/', ..] => "file:" + joined,
            ['/', ..] => "file://" + joined,
            _ => "file:///" + joined,
        };
    }
}
