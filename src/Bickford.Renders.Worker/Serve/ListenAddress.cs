using System.Net;

namespace Bickford.Renders.Worker.Serve;

/// <summary>An address that <c>serve</c> listens on.</summary>
/// <param name="Address">The network address.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record ListenAddress(IPAddress Address, int Port)
{
    /// <summary>Reads an address that the settings have found right.</summary>
    public static ListenAddress Parse(string text) => TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no address to listen on.");

    public static bool TryParse(string text, out ListenAddress address)
    {
        address = new ListenAddress(IPAddress.Loopback, 0);
        // Uri knows no host '*', which every .NET server takes for all addresses.
        var everywhere = text.StartsWith("http://*", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://+", StringComparison.OrdinalIgnoreCase);
        var written = everywhere ? "http://0.0.0.0" + text[8..] : text;
        if (!Uri.TryCreate(written, UriKind.Absolute, out var url) || url is not { Scheme: "http", PathAndQuery: "/", Fragment: "", UserInfo: "" })
            return false;
        // Other names are not asked for: what is no name at all would throw.
        var host = url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? url.IdnHost : url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : null;
        if (!IPAddress.TryParse(host, out var ip))
            return false;
        address = new ListenAddress(everywhere ? IPAddress.IPv6Any : ip, url.Port);
        return true;
    }
}
