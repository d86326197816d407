using Bickford.Renders.Steps;

namespace Bickford.Renders.Staging;

/// <summary>
/// This node's folder of downloads on their way to the video store: <c>{render id}/video.mp4</c> once whole and checked,
/// <c>video.mp4.part</c> before. The name without <c>.part</c> is the proof: it is given by a rename after the flush to disk.
/// </summary>
internal sealed class StagingFolder(string root)
{
    /// <summary>The root folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Path of a whole file, whether it is there or not.</summary>
    public string PathOf(Guid renderId, AssetKind kind) => Path.Combine(FolderOf(renderId), RenderKeys.FileName(kind));

    /// <summary>Opens the partial file for this process alone; its length says how much is there.</summary>
    /// <exception cref="IOException">Another run of the step has it open, or the disk does not work.</exception>
    public FileStream OpenPart(Guid renderId, AssetKind kind)
    {
        Directory.CreateDirectory(FolderOf(renderId));
        return new FileStream(PartOf(renderId, kind), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
    }

    /// <summary>The entity tag that the partial file was begun with, or null.</summary>
    public string? ETagOf(Guid renderId, AssetKind kind)
    {
        var path = ETagPath(renderId, kind);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Keeps the entity tag beside the partial file; null forgets it.</summary>
    public void KeepETag(Guid renderId, AssetKind kind, string? etag)
    {
        if (etag is null)
            File.Delete(ETagPath(renderId, kind));
        else
            File.WriteAllText(ETagPath(renderId, kind), etag);
    }

    /// <summary>Gives the partial file, which has been flushed and closed, its whole name.</summary>
    public void Publish(Guid renderId, AssetKind kind)
    {
        File.Move(PartOf(renderId, kind), PathOf(renderId, kind), overwrite: true);
        File.Delete(ETagPath(renderId, kind));
    }

    /// <summary>Throws away the partial file.</summary>
    public void DropPart(Guid renderId, AssetKind kind)
    {
        File.Delete(PartOf(renderId, kind));
        File.Delete(ETagPath(renderId, kind));
    }

    /// <summary>Removes all of a render's files; no error when there are none.</summary>
    public void Remove(Guid renderId)
    {
        try
        {
            Directory.Delete(FolderOf(renderId), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was staged, or it is gone already.
        }
    }

    /// <summary>Renders that have files here.</summary>
    public IEnumerable<Guid> List()
    {
        if (!Directory.Exists(Root))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories(Root))
        {
            if (Guid.TryParseExact(Path.GetFileName(folder), "D", out var id))
                yield return id;
        }
    }

    /// <summary>Path of a render's folder, whether it is there or not.</summary>
    public string PathOf(Guid renderId) => FolderOf(renderId);

    /// <summary>Length of all of a render's files.</summary>
    public long BytesOf(Guid renderId) =>
        Directory.Exists(FolderOf(renderId)) ? new DirectoryInfo(FolderOf(renderId)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(LengthOf) : 0;

    /// <summary>Every file here with its length.</summary>
    public IEnumerable<(string Path, long Length)> Files() =>
        Directory.Exists(Root)
            ? new DirectoryInfo(Root).EnumerateFiles("*", SearchOption.AllDirectories).Select(f => (f.FullName, LengthOf(f)))
            : [];

    // A file may be moved or removed while it is being counted.
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private string FolderOf(Guid renderId) => Path.Combine(Root, renderId.ToString("D"));

    /// <summary>Path of a partial file, whether it is there or not.</summary>
    public string PartOf(Guid renderId, AssetKind kind) => PathOf(renderId, kind) + ".part";

    private string ETagPath(Guid renderId, AssetKind kind) => PartOf(renderId, kind) + ".etag";
}
