using System.Net;
using System.Net.Sockets;

namespace Bickford.Renders.Network;

/// <summary>What kind of network an address belongs to. Pure.</summary>
public enum AddressKind
{
    /// <summary>On the internet.</summary>
    Public,

    /// <summary>On a private network.</summary>
    Private,

    /// <summary>This machine, where more is open than to its network.</summary>
    Loopback,

    /// <summary>Never to be connected to because somebody named it: link-local (cloud metadata services live there), multicast, unspecified, reserved, examples.</summary>
    Forbidden,
}

/// <summary>Sorts addresses, following the special-purpose registries of IANA (RFC 6890).</summary>
public static class AddressRules
{
    // Metadata services outside of the link-local ranges: AWS over IPv6, Alibaba Cloud, Azure, Oracle Cloud.
    private static readonly IPAddress[] Metadata =
        [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("192.0.0.192")];

    private static readonly (IPNetwork Network, AddressKind Kind)[] Special =
    [
        (IPNetwork.Parse("0.0.0.0/8"), AddressKind.Forbidden),
        (IPNetwork.Parse("10.0.0.0/8"), AddressKind.Private),
        (IPNetwork.Parse("100.64.0.0/10"), AddressKind.Private),
        (IPNetwork.Parse("127.0.0.0/8"), AddressKind.Loopback),
        (IPNetwork.Parse("169.254.0.0/16"), AddressKind.Forbidden),
        (IPNetwork.Parse("172.16.0.0/12"), AddressKind.Private),
        (IPNetwork.Parse("192.0.0.0/24"), AddressKind.Private),
        (IPNetwork.Parse("192.0.2.0/24"), AddressKind.Forbidden),
        (IPNetwork.Parse("192.168.0.0/16"), AddressKind.Private),
        (IPNetwork.Parse("198.18.0.0/15"), AddressKind.Private),
        (IPNetwork.Parse("198.51.100.0/24"), AddressKind.Forbidden),
        (IPNetwork.Parse("203.0.113.0/24"), AddressKind.Forbidden),
        (IPNetwork.Parse("224.0.0.0/3"), AddressKind.Forbidden),
        (IPNetwork.Parse("::/128"), AddressKind.Forbidden),
        (IPNetwork.Parse("::1/128"), AddressKind.Loopback),
        (IPNetwork.Parse("100::/64"), AddressKind.Forbidden),
        // Teredo: the address of a machine behind somebody's NAT is written into it.
        (IPNetwork.Parse("2001::/32"), AddressKind.Forbidden),
        (IPNetwork.Parse("2001:db8::/32"), AddressKind.Forbidden),
        (IPNetwork.Parse("3fff::/20"), AddressKind.Forbidden),
        (IPNetwork.Parse("fc00::/7"), AddressKind.Private),
        (IPNetwork.Parse("fe80::/10"), AddressKind.Forbidden),
        (IPNetwork.Parse("fec0::/10"), AddressKind.Private),
        (IPNetwork.Parse("ff00::/8"), AddressKind.Forbidden),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork Translated = IPNetwork.Parse("::ffff:0:0:0/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>The kind of an address. IPv6 forms that carry an IPv4 address are judged by that.</summary>
    public static AddressKind Kind(IPAddress address)
    {
        // The scope of fe80::1%eth0 makes an address unequal to itself without one.
        if (address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 })
            address = new IPAddress(address.GetAddressBytes());
        if (Metadata.Contains(address))
            return AddressKind.Forbidden;
        foreach (var (network, kind) in Special)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return kind;
        }

        if (Inner(address) is not { } inner)
            return AddressKind.Public;
        // A translator of the own network: what is behind it is reached from inside of it.
        return LocalNat64.Contains(address) && Kind(inner) == AddressKind.Public ? AddressKind.Private : Kind(inner);
    }

    private static IPAddress? Inner(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6 || Nat64.Contains(address) || LocalNat64.Contains(address) || Translated.Contains(address) || Compatible.Contains(address))
            return new IPAddress(bytes.AsSpan(12));
        return SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4)) : null;
    }
}
