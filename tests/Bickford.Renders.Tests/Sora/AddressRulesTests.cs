using System.Net;
using Bickford.Renders.Network;
using Bickford.Renders.Sora;

namespace Bickford.Renders.Tests.Sora;

public class AddressRulesTests
{
    [Theory]
    [InlineData("8.8.8.8", nameof(AddressKind.Public))]
    [InlineData("172.32.0.1", nameof(AddressKind.Public))]
    [InlineData("2606:4700::1", nameof(AddressKind.Public))]
    [InlineData("127.0.0.1", nameof(AddressKind.Loopback))]
    [InlineData("127.8.8.8", nameof(AddressKind.Loopback))]
    [InlineData("10.1.2.3", nameof(AddressKind.Private))]
    [InlineData("172.16.0.1", nameof(AddressKind.Private))]
    [InlineData("192.168.1.1", nameof(AddressKind.Private))]
    [InlineData("100.64.0.1", nameof(AddressKind.Private))]
    [InlineData("::1", nameof(AddressKind.Loopback))]
    [InlineData("fd12::1", nameof(AddressKind.Private))]
    [InlineData("169.254.169.254", nameof(AddressKind.Forbidden))]
    [InlineData("fe80::1", nameof(AddressKind.Forbidden))]
    [InlineData("fd00:ec2::254", nameof(AddressKind.Forbidden))]
    [InlineData("100.100.100.200", nameof(AddressKind.Forbidden))]
    [InlineData("0.0.0.0", nameof(AddressKind.Forbidden))]
    [InlineData("::", nameof(AddressKind.Forbidden))]
    [InlineData("224.0.0.1", nameof(AddressKind.Forbidden))]
    [InlineData("255.255.255.255", nameof(AddressKind.Forbidden))]
    [InlineData("ff02::1", nameof(AddressKind.Forbidden))]
    [InlineData("::ffff:127.0.0.1", nameof(AddressKind.Loopback))]
    [InlineData("::ffff:169.254.169.254", nameof(AddressKind.Forbidden))]
    [InlineData("::ffff:8.8.8.8", nameof(AddressKind.Public))]
    [InlineData("64:ff9b::a9fe:a9fe", nameof(AddressKind.Forbidden))]
    [InlineData("2002:7f00:1::", nameof(AddressKind.Loopback))]
    [InlineData("::a00:1", nameof(AddressKind.Private))]
    [InlineData("168.63.129.16", nameof(AddressKind.Forbidden))]
    [InlineData("192.0.0.192", nameof(AddressKind.Forbidden))]
    [InlineData("fd00:ec2::254%3", nameof(AddressKind.Forbidden))]
    [InlineData("fe80::1%1", nameof(AddressKind.Forbidden))]
    [InlineData("::ffff:0:169.254.169.254", nameof(AddressKind.Forbidden))]
    [InlineData("64:ff9b:1::a9fe:a9fe", nameof(AddressKind.Forbidden))]
    [InlineData("64:ff9b:1::808:808", nameof(AddressKind.Private))]
    [InlineData("64:ff9b::808:808", nameof(AddressKind.Public))]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2", nameof(AddressKind.Forbidden))]
    [InlineData("2001:db8::1", nameof(AddressKind.Forbidden))]
    [InlineData("3fff::1", nameof(AddressKind.Forbidden))]
    [InlineData("100::1", nameof(AddressKind.Forbidden))]
    [InlineData("192.0.2.1", nameof(AddressKind.Forbidden))]
    [InlineData("198.51.100.1", nameof(AddressKind.Forbidden))]
    [InlineData("203.0.113.1", nameof(AddressKind.Forbidden))]
    public void Every_address_belongs_to_a_kind_of_network(string address, string kind) =>
        AddressRules.Kind(IPAddress.Parse(address)).ToString().ShouldBe(kind);

    [Fact]
    public void Link_local_addresses_are_refused_even_where_private_ones_are_allowed()
    {
        IPAddress[] addresses = [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1"), IPAddress.Loopback, IPAddress.Parse("169.254.169.254")];

        ForeignHosts.Allowed(addresses, AddressKind.Public).ShouldBe(addresses[..1]);
        ForeignHosts.Allowed(addresses, AddressKind.Private).ShouldBe(addresses[..2]);
        ForeignHosts.Allowed(addresses, AddressKind.Loopback).ShouldBe(addresses[..3]);
    }

    /// <summary>Whoever owns a public name decides from minute to minute what it leads to: also to make us believe that we are on its network.</summary>
    [Theory]
    [InlineData("gpu-box", true)]
    [InlineData("localhost", true)]
    [InlineData("10.0.0.5", true)]
    [InlineData("::1", true)]
    [InlineData("renders.internal", true)]
    [InlineData("gpu.home.arpa.", true)]
    [InlineData("api.example.com", false)]
    [InlineData("internal.example.com", false)]
    [InlineData("10.0.0.5.example.com", false)]
    public void Only_a_name_that_cannot_be_public_makes_the_providers_network_ours(string host, bool isPrivate) => ForeignHosts.IsPrivateName(host).ShouldBe(isPrivate);
}
