using Bickford.Renders.Steps;

namespace Bickford.Renders.Staging;

/// <summary>
/// This node's folder of downloads on their way to the video store: <c>{render id}/video.mp4</c> once whole and checked,
/// <c>video.mp4.part</c> before. The name without <c>.part</c> is the proof: it is given by a rename after the flush to disk.
/// </summary>
internal sealed class StagingFolder(string root, IStagingDisk disk)
{
    /// <summary>The root folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Path of a whole file, whether it is there or not.</summary>
    public string PathOf(Guid renderId, AssetKind kind) => Path.Combine(FolderOf(renderId), RenderKeys.FileName(kind));

    /// <summary>Whether a whole file is here.</summary>
    public bool Has(Guid renderId, AssetKind kind) => disk.Exists(PathOf(renderId, kind));

    /// <summary>Opens a whole file to read.</summary>
    public Stream OpenWhole(Guid renderId, AssetKind kind) => disk.OpenRead(PathOf(renderId, kind));

    /// <summary>Deletes a whole file.</summary>
    public void DropWhole(Guid renderId, AssetKind kind) => disk.Delete(PathOf(renderId, kind));

    /// <summary>Opens the partial file for this process alone; its length says how much is there.</summary>
    /// <exception cref="IOException">Another run of the step has it open, or the disk does not work.</exception>
    public Stream OpenPart(Guid renderId, AssetKind kind) => disk.OpenAlone(PartOf(renderId, kind));

    /// <summary>What is in the partial file survives a power cut from now on.</summary>
    public void FlushPart(Stream part) => disk.FlushToDisk(part);

    /// <summary>The entity tag that the partial file was begun with, or null.</summary>
    public string? ETagOf(Guid renderId, AssetKind kind)
    {
        var path = ETagPath(renderId, kind);
        return disk.Exists(path) ? disk.ReadText(path) : null;
    }

    /// <summary>Keeps the entity tag beside the partial file; null forgets it.</summary>
    public void KeepETag(Guid renderId, AssetKind kind, string? etag)
    {
        if (etag is null)
            disk.Delete(ETagPath(renderId, kind));
        else
            disk.WriteText(ETagPath(renderId, kind), etag);
    }

    /// <summary>Gives the partial file, which has been flushed and closed, its whole name.</summary>
    public void Publish(Guid renderId, AssetKind kind)
    {
        disk.Rename(PartOf(renderId, kind), PathOf(renderId, kind));
        disk.Delete(ETagPath(renderId, kind));
    }

    /// <summary>Throws away the partial file.</summary>
    public void DropPart(Guid renderId, AssetKind kind)
    {
        disk.Delete(PartOf(renderId, kind));
        disk.Delete(ETagPath(renderId, kind));
    }

    /// <summary>Removes all of a render's files; no error when there are none.</summary>
    public void Remove(Guid renderId) => disk.DeleteFolder(FolderOf(renderId));

    /// <summary>Renders that have files here.</summary>
    public IEnumerable<Guid> List()
    {
        foreach (var folder in disk.FoldersIn(Root))
        {
            if (Guid.TryParseExact(Path.GetFileName(folder), "D", out var id))
                yield return id;
        }
    }

    /// <summary>Path of a render's folder, whether it is there or not.</summary>
    public string PathOf(Guid renderId) => FolderOf(renderId);

    /// <summary>Length of all of a render's files.</summary>
    public long BytesOf(Guid renderId) => disk.FilesBelow(FolderOf(renderId)).Sum(file => file.Length);

    /// <summary>Every file here with its length.</summary>
    public IEnumerable<(string Path, long Length)> Files() => disk.FilesBelow(Root);

    /// <summary>Bytes that can still be written to the disk.</summary>
    public long FreeBytes() => disk.FreeBytes(Root);

    /// <summary>Path of a partial file, whether it is there or not.</summary>
    public string PartOf(Guid renderId, AssetKind kind) => PathOf(renderId, kind) + ".part";

    /// <summary>Length of a file here; 0 when there is none.</summary>
    public long LengthOf(string path) => disk.LengthOf(path);

    private string FolderOf(Guid renderId) => Path.Combine(Root, renderId.ToString("D"));

    private string ETagPath(Guid renderId, AssetKind kind) => PartOf(renderId, kind) + ".etag";
}
