using System.Net;
using Bickford.Renders.Sora;

namespace Bickford.Renders.Tests.Sora;

public class AddressRulesTests
{
    [Theory]
    [InlineData("8.8.8.8", nameof(AddressKind.Public))]
    [InlineData("172.32.0.1", nameof(AddressKind.Public))]
    [InlineData("2606:4700::1", nameof(AddressKind.Public))]
    [InlineData("127.0.0.1", nameof(AddressKind.Private))]
    [InlineData("127.8.8.8", nameof(AddressKind.Private))]
    [InlineData("10.1.2.3", nameof(AddressKind.Private))]
    [InlineData("172.16.0.1", nameof(AddressKind.Private))]
    [InlineData("192.168.1.1", nameof(AddressKind.Private))]
    [InlineData("100.64.0.1", nameof(AddressKind.Private))]
    [InlineData("::1", nameof(AddressKind.Private))]
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
    [InlineData("::ffff:127.0.0.1", nameof(AddressKind.Private))]
    [InlineData("::ffff:169.254.169.254", nameof(AddressKind.Forbidden))]
    [InlineData("::ffff:8.8.8.8", nameof(AddressKind.Public))]
    [InlineData("64:ff9b::a9fe:a9fe", nameof(AddressKind.Forbidden))]
    [InlineData("2002:7f00:1::", nameof(AddressKind.Private))]
    [InlineData("::a00:1", nameof(AddressKind.Private))]
    public void Every_address_belongs_to_a_kind_of_network(string address, string kind) =>
        AddressRules.Kind(IPAddress.Parse(address)).ToString().ShouldBe(kind);

    [Fact]
    public void Link_local_addresses_are_refused_even_where_private_ones_are_allowed()
    {
        IPAddress[] addresses = [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1"), IPAddress.Parse("169.254.169.254")];

        ForeignHosts.Allowed(addresses, mayBePrivate: false).ShouldBe([addresses[0]]);
        ForeignHosts.Allowed(addresses, mayBePrivate: true).ShouldBe([addresses[0], addresses[1]]);
    }
}
