using System.Net;
using System.Net.Sockets;

namespace Bickford.Renders.Worker.Doors;

/// <summary>
/// Slows down whoever guesses: each address has ten tries, and gets one back every six seconds. In memory and for this process; who comes in costs nothing.
/// </summary>
/// <param name="clock">The time.</param>
internal sealed class FailedSignIns(TimeProvider clock)
{
    /// <summary>Wrong tries at once.</summary>
    public const int Tries = 10;

    /// <summary>After this long there is one more.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(6);

    // Beyond this many addresses the one that fell silent first is forgotten: a flood must not fill the memory.
    private const int MostAddresses = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, DateTimeOffset> _fullAt = [];

    /// <summary>Addresses that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _fullAt.Count;
        }
    }

    /// <summary>How long this address must wait before it may try again; null if it may try now.</summary>
    public TimeSpan? Wait(IPAddress? from)
    {
        lock (_lock)
        {
            var wait = (_fullAt.TryGetValue(Network(from), out var until) ? until : DateTimeOffset.MinValue) - clock.GetUtcNow() - Every * (Tries - 1);
            return wait > TimeSpan.Zero ? wait : null;
        }
    }

    /// <summary>Looks at one try. One at a time: of many that come at once, no more are looked at than this address has tries.</summary>
    /// <param name="from">Where it comes from.</param>
    /// <param name="isRight">Looks; called only if the address need not wait.</param>
    /// <returns>Whether it was right, or how long the address must wait.</returns>
    public (bool Right, TimeSpan? Wait) Try(IPAddress? from, Func<bool> isRight)
    {
        lock (_lock)
        {
            if (Wait(from) is { } wait)
                return (false, wait);
            if (isRight())
                return (true, null);
            Note(from);
            return (false, null);
        }
    }

    /// <summary>Takes a try away.</summary>
    public void Note(IPAddress? from)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var network = Network(from);
            // A bucket of tries as one number: the time at which it will be full again.
            var full = _fullAt.TryGetValue(network, out var until) && until > now ? until : now;
            _fullAt[network] = full + Every;
            if (_fullAt.Count > MostAddresses)
                Forget(now);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (address, _) in _fullAt.Where(entry => entry.Value <= now).ToArray())
            _fullAt.Remove(address);
        while (_fullAt.Count > MostAddresses)
            _fullAt.Remove(_fullAt.MinBy(entry => entry.Value).Key);
    }

    // Whoever has one IPv6 address has the other 2^64 of its network too.
    private static IPAddress Network(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes);
    }
}
