using System.Globalization;
using Bickford.Renders.Steps;
using Bickford.Renders.Videos;

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

    /// <summary>What is in the partial file survives a power cut once this is done.</summary>
    public Task FlushPartAsync(Stream part) => disk.FlushToDiskAsync(part);

    /// <summary>
    /// Where a download can go on: how much of the partial file is on the disk for certain, and the entity tag of what it is the beginning of. What was written after that may be torn, and
    /// a torn file looks whole to whoever checks its boxes. Null where it has to begin anew.
    /// </summary>
    public ContentResume? ProgressOf(Guid renderId, AssetKind kind)
    {
        var path = ProgressPath(renderId, kind);
        return disk.Exists(path) && disk.ReadText(path).Split('\n', 2) is [var length, var etag]
            && long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 && bytes <= disk.LengthOf(PartOf(renderId, kind))
            ? new ContentResume(bytes, etag)
            : null;
    }

    /// <summary>Makes certain of what is in the partial file now, and keeps how much that is. More may be written meanwhile, but it must stay open.</summary>
    /// <param name="renderId">The render.</param>
    /// <param name="kind">The file.</param>
    /// <param name="part">The open partial file.</param>
    /// <param name="etag">The entity tag of what it is the beginning of.</param>
    public async Task KeepProgressAsync(Guid renderId, AssetKind kind, Stream part, string etag)
    {
        var bytes = part.Length;
        await disk.FlushToDiskAsync(part);
        disk.WriteText(ProgressPath(renderId, kind), string.Create(CultureInfo.InvariantCulture, $"{bytes}\n{etag}"));
    }

    /// <summary>Nothing of the partial file counts any more.</summary>
    public void ForgetProgress(Guid renderId, AssetKind kind) => disk.Delete(ProgressPath(renderId, kind));

    /// <summary>Gives the partial file, which has been flushed and closed, its whole name.</summary>
    public void Publish(Guid renderId, AssetKind kind)
    {
        disk.Rename(PartOf(renderId, kind), PathOf(renderId, kind));
        ForgetProgress(renderId, kind);
    }

    /// <summary>Throws away the partial file.</summary>
    public void DropPart(Guid renderId, AssetKind kind)
    {
        disk.Delete(PartOf(renderId, kind));
        ForgetProgress(renderId, kind);
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

    private string ProgressPath(Guid renderId, AssetKind kind) => PartOf(renderId, kind) + ".progress";
}
