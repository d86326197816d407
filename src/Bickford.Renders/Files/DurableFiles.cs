using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bickford.Renders.Files;

/// <summary>
/// The calls that .NET lacks for making a rename durable, and for giving a file a second name. Only Unix needs them: there a rename survives a power cut once its
/// directory is flushed. NTFS journals its directories by itself, so on Windows a directory is not flushed and the rename is .NET's.
/// </summary>
internal static class DurableFiles
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;

    /// <summary>Puts a file in place of another, atomically. Never copies: .NET's own move does so, silently, between file systems.</summary>
    public static void Replace(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            File.Move(from, to, overwrite: true);
        else if (RenameFile(from, to) != 0)
            throw LastError($"cannot rename to '{to}'");
    }

    /// <summary>Gives a file a second name; false where that cannot be: on another file system, on one without such names, or on Windows.</summary>
    public static bool TryLink(string existing, string name) => !OperatingSystem.IsWindows() && LinkFile(existing, name) == 0;

    /// <summary>
    /// Flushes a file's bytes, and what is needed to find them again, to disk. Where they are there already it does not wait for a second name or a new time of
    /// change to get there too, which on a busy disk takes as long as all that others are just writing.
    /// </summary>
    public static void SyncBytes(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (SyncFileBytes(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (IsUnsupported(error))
                return;
            if (error != Interrupted)
                throw LastError("cannot flush to the disk");
        }
    }

    /// <summary>Flushes the names in a directory to disk.</summary>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = OpenFile(directory, ReadOnly);
        if (descriptor < 0)
            throw LastError($"cannot open the folder '{directory}'");
        try
        {
            if (SyncFile(descriptor) != 0 && Marshal.GetLastPInvokeError() is var error && !IsUnsupported(error))
                throw LastError($"cannot flush the folder '{directory}'");
        }
        finally
        {
            _ = CloseFile(descriptor);
        }
    }

    // EINVAL and ENOTSUP (Linux 95, macOS 45, FreeBSD 45): network file systems that cannot flush directories; their server decides.
    private static bool IsUnsupported(int error) => error is 22 or 95 or 45;

    private static IOException LastError(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LinkFile([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFile(int descriptor);

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFileBytes(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseFile(int descriptor);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenameFile([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
