using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Bickford.Renders.Worker.Settings;

/// <summary>What the settings of the doors may hold. All of them may be empty, which is not set.</summary>
internal static partial class DoorRules
{
    // What the protocol or the framework reads itself: a person's name in one of these would be something else as well.
    private static readonly string[] s_otherHeaders =
        ["Accept", "Authorization", "Connection", "Content-Length", "Content-Type", "Cookie", "Forwarded", "Host", "Origin", "Referer", "Transfer-Encoding", "Upgrade", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"];

    /// <summary>Over http only where nobody can listen.</summary>
    public static SettingRule Authority { get; } = new(
        "an https address, or http on this machine, such as https://login.example/realms/studio",
        value => value.Length == 0 || (Url(value) is { Query: "", Fragment: "", UserInfo: "" } url && IsSafe(url)));

    public static SettingRule HeaderName { get; } = new(
        "the name of a header of the proxy's own, such as X-Forwarded-User",
        value => value.Length == 0 || (Token().IsMatch(value) && !s_otherHeaders.Contains(value, StringComparer.OrdinalIgnoreCase)));

    /// <summary>An address or a network; not the network of all addresses, which would name nobody.</summary>
    public static SettingRule Network { get; } = new("IP addresses and networks of them, such as 10.0.0.7, 10.1.0.0/16 or fd00::/64; not all there are", value => ParseNetwork(value) is { PrefixLength: > 0 });

    public static SettingRule HostName { get; } = new(
        "host names, such as renders.example or *.renders.example; without a port",
        value => Host().IsMatch(value) || (value is ['[', .., ']'] && IPAddress.TryParse(value[1..^1], out _)));

    public static SettingRule Origin { get; } = new(
        "https origins, or http on this machine, such as https://tools.example; never *",
        value => Url(value) is { UserInfo: "" } url && IsSafe(url) && value.Equals(url.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));

    public static SettingRule Word { get; } = new("one word, such as roles", value => value.Length > 0 && !value.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c)));

    public static SettingRule Secret(int length) => new($"at least {length} characters", value => value.Length == 0 || value.Trim().Length >= length);

    /// <summary>An address is a network of one.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            // 10.0.0.7/8 may be meant as one address or as all of 10: .NET would take all.
            var written = IPAddress.Parse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)));
            return network.BaseAddress.IsIPv4MappedToIPv6 || !network.BaseAddress.Equals(written) ? null : network;
        }

        // .NET takes a bare number for an address.
        return IPAddress.TryParse(text, out var address) && text.AsSpan().ContainsAny('.', ':') && address.ScopeIdOrZero() == 0
            ? new IPNetwork(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6 ? 32 : 128)
            : null;
    }

    private static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;

    private static Uri? Url(string value) => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url : null;

    private static bool IsSafe(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);

    [GeneratedRegex("^[A-Za-z0-9-]+\\z")]
    private static partial Regex Token();

    [GeneratedRegex("^(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\\z")]
    private static partial Regex Host();
}
