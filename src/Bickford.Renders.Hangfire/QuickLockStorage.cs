using System.Diagnostics;
using Hangfire.PostgreSql;
using Hangfire.Storage;

namespace Bickford.Renders.Hangfire;

/// <summary>
/// The storage, with locks that are asked for again after some milliseconds. Hangfire.PostgreSql sleeps a whole second whenever a lock is taken, and a job's lock often is for an
/// instant: whoever enqueues a job still holds it when a worker fetches that job. With several processes that made one job in twenty start two seconds late.
/// </summary>
internal sealed class QuickLockStorage(IConnectionFactory connections, PostgreSqlStorageOptions options) : PostgreSqlStorage(connections, options)
{
    public override IStorageConnection GetConnection() => new Connection(this);

    private sealed class Connection(PostgreSqlStorage storage) : PostgreSqlConnection(storage)
    {
        private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(10);
        private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(160);

        public override IDisposable AcquireDistributedLock(string resource, TimeSpan timeout)
        {
            var waited = Stopwatch.StartNew();
            // A try waits once, then tries a second time; growing, so that a lock that is held for long is not asked for a hundred times a second.
            for (var pause = s_shortest; ; pause = pause < s_longest ? pause * 2 : s_longest)
            {
                try
                {
                    return base.AcquireDistributedLock(resource, pause < timeout ? pause : timeout);
                }
                catch (DistributedLockTimeoutException) when (waited.Elapsed < timeout)
                {
                }
            }
        }
    }
}
