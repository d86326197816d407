using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Demo;

/// <summary>The demo's own folder. One that was there before is replaced only if a demo made it, and none runs in it.</summary>
internal sealed class DemoFolder : IDisposable
{
    public const string MarkerName = ".renders-demo";

    private readonly FileStream _marker;

    private DemoFolder(string path, FileStream marker) => (Path, _marker) = (path, marker);

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <exception cref="InputException">The folder holds something else, is in use, or cannot be written.</exception>
    public static DemoFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var marker = System.IO.Path.Combine(path, MarkerName);
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(marker)))
            throw new InputException("--folder", $"'{path}' holds something that is not a demo; allowed: a folder that is new, empty, or of an earlier demo");
        try
        {
            Directory.CreateDirectory(path);
            // Held open while the demo runs, so that a second one in the same folder finds out.
            var held = new FileStream(marker, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Clear(path);
            return new DemoFolder(path, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException("--folder", $"'{path}' cannot be used; allowed: a folder this user may write and no other demo runs in ({e.Message})");
        }
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _marker.Dispose();

    private static void Clear(string path)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => entry.Name != MarkerName))
        {
            // A link is removed itself, never what it points to.
            if (entry is DirectoryInfo { LinkTarget: null } folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
    }
}
