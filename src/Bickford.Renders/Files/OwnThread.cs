namespace Bickford.Renders.Files;

/// <summary>
/// Waiting for a disk to be certain of something, on a thread of its own. It can take as long as the disk is busy, and the pool begins with one thread for each processor: some flushes there
/// at once, and nothing else goes on.
/// </summary>
internal static class OwnThread
{
    public static Task RunAsync(Action flush) =>
        Task.Factory.StartNew(flush, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
