using Bickford.Renders.Policies;
using Bickford.Renders.Steps;

namespace Bickford.Renders.Staging;

/// <summary>There is no room in the staging folder now.</summary>
internal sealed class StagingFullException(string message) : Exception(message);

/// <summary>
/// Keeps the staging folder below its limit and the disk from running full. What lies there is counted on the disk itself, so that left-overs
/// and other processes on the same folder count too; what is under way in this process counts with the length it will have.
/// </summary>
internal sealed class StagingRoom(StagingFolder staging, RenderOptions options)
{
    // What the database, logs and everybody else on this disk should find left.
    private const long FreeReserve = 64L << 20;

    private readonly Dictionary<string, long> _underWay = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Takes room for a file until the result is disposed.</summary>
    /// <param name="renderId">The render.</param>
    /// <param name="kind">The file.</param>
    /// <param name="bytes">The length it will have; what is there already where that is unknown.</param>
    /// <exception cref="StagingFullException">It does not fit beside what is there now.</exception>
    /// <exception cref="StepFaultException">It would not fit into the empty folder.</exception>
    public Taken Take(Guid renderId, AssetKind kind, long bytes)
    {
        var part = staging.PartOf(renderId, kind);
        lock (_lock)
        {
            Check(part, bytes);
            _underWay[part] = bytes;
        }

        return new Taken(this, part);
    }

    private void Check(string part, long bytes)
    {
        if (bytes > options.StagingMaxBytes)
            throw new StepFaultException(FaultKind.Permanent, RenderCause.Storage, $"a file of {bytes} bytes does not fit into the staging folder (setting Staging:MaxBytes, {options.StagingMaxBytes})");

        long used = 0;
        long pending = 0;
        foreach (var (path, length) in staging.Files())
        {
            if (path == part)
                continue;
            used += length;
            if (_underWay.TryGetValue(path, out var whole) && whole > length)
                pending += whole - length;
        }

        if (used + pending + bytes > options.StagingMaxBytes)
            throw new StagingFullException($"the staging folder holds {used + pending} of {options.StagingMaxBytes} bytes, {bytes} more do not fit (setting Staging:MaxBytes)");
        var free = staging.FreeBytes();
        if (free - pending - (bytes - staging.LengthOf(part)) < FreeReserve)
            throw new StagingFullException($"the disk of {staging.Root} has {free} bytes left");
    }

    /// <summary>Room for one file.</summary>
    internal sealed class Taken(StagingRoom room, string part) : IDisposable
    {
        private const long Stride = 16 << 20;
        private long _checkedAt;

        /// <summary>A file of unknown length has come to this; looked at again every 16 MiB.</summary>
        /// <exception cref="StagingFullException">It does not fit any more.</exception>
        public void Grow(long bytes)
        {
            if (bytes < _checkedAt + Stride)
                return;
            _checkedAt = bytes;
            lock (room._lock)
                room.Check(part, bytes);
        }

        public void Dispose()
        {
            lock (room._lock)
                room._underWay.Remove(part);
        }
    }
}
