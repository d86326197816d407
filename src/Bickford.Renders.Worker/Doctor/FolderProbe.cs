namespace Bickford.Renders.Worker.Doctor;

/// <summary>Whether a folder can be written; one that is not there yet, by the nearest one above it.</summary>
/// <param name="IsThere">The folder itself is there.</param>
/// <param name="FreeBytes">What this user may still write on its disk.</param>
/// <param name="TotalBytes">The disk.</param>
/// <param name="Problem">Why it cannot be written; null where it can.</param>
internal sealed record FolderProbe(bool IsThere, long FreeBytes, long TotalBytes, string? Problem)
{
    // An empty file can be made on a disk that is full.
    private const int ProbeBytes = 64 << 10;

    public static FolderProbe Of(string folder)
    {
        var isThere = Directory.Exists(folder);
        var nearest = folder;
        while (!Directory.Exists(nearest) && Path.GetDirectoryName(nearest) is { } above)
        {
            if (File.Exists(nearest))
                return new FolderProbe(false, 0, 0, $"{nearest} is a file");
            nearest = above;
        }

        var (free, total) = (0L, 0L);
        try
        {
            var disk = new DriveInfo(nearest);
            (free, total) = (disk.AvailableFreeSpace, disk.TotalSize);
            Write(Path.Combine(nearest, $".write-test-{Environment.ProcessId}"));
            return new FolderProbe(isThere, free, total, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new FolderProbe(isThere, free, total, $"{(isThere ? "" : $"{nearest}, in which it would be made, ")}cannot be written: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }

    private static void Write(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(new byte[ProbeBytes]);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
