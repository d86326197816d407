using Bickford.Renders.Ports;

namespace Bickford.Renders.Files;

/// <summary>Turns the file system's errors into one line for people: what, where, what to do.</summary>
internal static class StoreErrors
{
    private const int DiskFull = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int CrossDevice = 18;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    public static bool IsFileError(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    public static VideoStoreException Translate(string doing, string path, Exception e) =>
        new($"file store: cannot {doing} '{path}': {OneLine(e.Message)}; {AdviceFor(e)}", e);

    private static string AdviceFor(Exception e) => e switch
    {
        UnauthorizedAccessException => "give the worker's account write access there, or choose another Storage:Root",
        PathTooLongException => "choose a shorter Storage:Root",
        { HResult: DiskFull or DiskFullOnWindows } => "free space on that disk, or choose another Storage:Root",
        { HResult: var code } when code == QuotaExceeded => "raise the account's disk quota, or choose another Storage:Root",
        { HResult: ReadOnlyFileSystem } => "mount that disk writable, or choose another Storage:Root",
        { HResult: CrossDevice } => "Storage:Root and all folders in it must be on one file system",
        _ => "check the disk, or choose another Storage:Root",
    };

    private static int QuotaExceeded => OperatingSystem.IsLinux() ? 122 : 69;

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
