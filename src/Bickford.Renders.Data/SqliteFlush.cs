using Bickford.Renders.Files;

namespace Bickford.Renders.Data;

/// <summary>
/// Takes to the disk what was committed. SQLite could do it with each commit, one after the other; here those who commit at about the same time share one trip, which is most
/// of what a small write costs. Nobody is told that his write is done before it is on the disk, and what is written later is behind it in the same log.
/// </summary>
/// <param name="path">The database file.</param>
internal sealed class SqliteFlush(string path)
{
    private readonly Lock _lock = new();
    private readonly string _log = path + "-wal";
    private bool _busy;
    private TaskCompletionSource? _next;
    private DateTime _made;

    /// <summary>Returns once all that was committed before is on the disk.</summary>
    /// <exception cref="DatabaseException">The disk does not take it: whether it is there nobody knows.</exception>
    public Task FlushAsync()
    {
        lock (_lock)
        {
            // The trip under way may have begun before our commit: the next one will do.
            if (_busy)
                return (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _busy = true;
        }

        try
        {
            Flush();
            return Task.CompletedTask;
        }
        finally
        {
            GoOn();
        }
    }

    private void GoOn()
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            (waiting, _next) = (_next, null);
            _busy = waiting is not null;
        }

        if (waiting is not null)
            _ = Task.Run(() => FlushFor(waiting));
    }

    private void FlushFor(TaskCompletionSource waiting)
    {
        try
        {
            Flush();
            waiting.SetResult();
        }
        catch (DatabaseException e)
        {
            waiting.SetException(e);
        }
        finally
        {
            GoOn();
        }
    }

    private void Flush()
    {
        try
        {
            using var log = File.OpenHandle(_log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(log);
            // A log that is new has a name that may not be on the disk yet.
            var made = File.GetCreationTimeUtc(_log);
            if (made != _made)
                DurableFiles.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _made = made;
        }
        catch (FileNotFoundException)
        {
            // The last connection was closed: with it all of the log went into the database, and to the disk.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException(SqlDialect.ConnectionSetting, path, "a file on a disk that keeps what is written", e.Message, e);
        }
    }
}
