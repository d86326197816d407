using Bickford.Renders.Ports;

namespace Bickford.Renders.Cleanup;

/// <summary>A lease in this process's memory, over a row store that has none: one run at a time here, at the pace that is set.</summary>
internal sealed class ProcessLease(TimeProvider clock) : IUpkeepLease
{
    private readonly Dictionary<string, (string Owner, DateTimeOffset HeldUntil, DateTimeOffset EndedAt)> _leases = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public Task<bool> TryTakeAsync(string work, string owner, TimeSpan duration, TimeSpan rest, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var has = _leases.TryGetValue(work, out var lease);
            if (has && lease.Owner != owner && (lease.HeldUntil > now || now - lease.EndedAt < rest))
                return Task.FromResult(false);
            _leases[work] = (owner, now + duration, lease.EndedAt);
            return Task.FromResult(true);
        }
    }

    public Task<bool> RenewAsync(string work, string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var holds = _leases.TryGetValue(work, out var lease) && lease.Owner == owner;
            if (holds)
                _leases[work] = lease with { HeldUntil = clock.GetUtcNow() + duration };
            return Task.FromResult(holds);
        }
    }

    public Task ReleaseAsync(string work, string owner, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_leases.TryGetValue(work, out var lease) && lease.Owner == owner)
                _leases[work] = ("", DateTimeOffset.MinValue, clock.GetUtcNow());
        }

        return Task.CompletedTask;
    }
}
