using System.Text;
using Bickford.Renders.Files;

namespace Bickford.Renders.Staging;

/// <summary>A disk of this machine.</summary>
internal sealed class LocalDisk : IStagingDisk
{
    public Stream OpenAlone(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
    }

    public Stream OpenRead(string path) =>
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);

    public Task FlushToDiskAsync(Stream file)
    {
        var handle = ((FileStream)file).SafeFileHandle;
        return OwnThread.RunAsync(() => DurableFiles.SyncBytes(handle));
    }

    public bool Exists(string path) => File.Exists(path);

    public long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    public string ReadText(string path) => File.ReadAllText(path);

    public void WriteText(string path, string text)
    {
        var temp = path + ".new";
        using (var file = new FileStream(temp, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(temp, path, overwrite: true);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was there, or it is gone already.
        }
    }

    public IEnumerable<string> FoldersIn(string folder) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];

    public IEnumerable<(string Path, long Length)> FilesBelow(string folder) =>
        Directory.Exists(folder)
            ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(f => (f.FullName, LengthOf(f)))
            : [];

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

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
}
