using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Bickford.Renders.Network;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>
/// The way to hosts that the provider names: signed addresses of gateways and object stores. They get no token and no headers of ours, and the address that
/// is really connected to is judged, so that no name can be made to lead into the own network.
/// </summary>
internal sealed class ForeignHosts : IDisposable
{
    // Names that no public DNS answers for. What another name leads to, whoever owns it decides anew every minute.
    private static readonly string[] PrivateNames = [".local", ".internal", ".lan", ".home.arpa", ".localhost", ".test"];

    private readonly VideosApiOptions _options;
    private readonly Uri _baseUrl;

    public ForeignHosts(VideosApiOptions options, Uri baseUrl)
    {
        _options = options;
        _baseUrl = baseUrl;
        Http = new HttpClient(new SocketsHttpHandler
        {
            // No id of a trace of ours goes to strangers.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = options.ConnectTimeout,
            MaxResponseHeadersLength = SoraServiceCollectionExtensions.MaxHeadersKilobytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = false,
            // A proxy would resolve the name itself, out of reach of the check.
            UseProxy = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The client for these hosts; the caller's time-outs apply.</summary>
    public HttpClient Http { get; }

    /// <summary>Resolves where a redirect leads, and refuses what can be refused without asking the network.</summary>
    /// <param name="from">The address that redirects.</param>
    /// <param name="to">Its <c>Location</c>.</param>
    /// <exception cref="VideosApiException">It leads nowhere, or to a place that is not allowed.</exception>
    public static Uri Next(Uri from, Uri? to)
    {
        if (to is null)
            throw Refused("the server redirects without saying where");
        if (!Uri.TryCreate(from, to, out var next))
            throw Refused("the server redirects to what is no address");
        Check(from, next);
        return next;
    }

    /// <summary>Refuses an address that a server named.</summary>
    /// <exception cref="VideosApiException">The scheme is none of ours, falls back from https, or the address holds user info.</exception>
    public static void Check(Uri from, Uri next)
    {
        if (next.Scheme != Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttp)
            throw Refused($"the server points to a {SafeText.Clean(next.Scheme, 20)} address; allowed: https and http");
        if (!HasHost(next))
            throw Refused("the server points to an address whose host is no name");
        if (next.UserInfo.Length > 0)
            throw Refused($"the server points to an address with user info at {NameOf(next)}");
        if (from.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp && !(IsLoopback(from) && IsLoopback(next)))
            throw Refused($"the server points from https to http at {NameOf(next)}");
    }

    /// <summary>The host of an address that a server named, for a message: in the letters of DNS, and short.</summary>
    public static string NameOf(Uri? url) => url is null ? "elsewhere" : SafeText.Clean(url.IdnHost, 100);

    /// <summary>The refusal inside a failed connection, if that is why it failed.</summary>
    public static VideosApiException? RefusalIn(Exception e) => e.InnerException as VideosApiException;

    /// <inheritdoc/>
    public void Dispose() => Http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await AddressesOfAsync(host, cancellationToken);
        var nearest = _options.AllowPrivateContentHosts ? AddressKind.Loopback
            : addresses.Any(static a => AddressRules.Kind(a) is AddressKind.Private or AddressKind.Loopback) ? await KindOfBaseAsync(cancellationToken)
            : AddressKind.Public;
        var allowed = Allowed(addresses, nearest);
        if (allowed.Length == 0)
        {
            throw Refused($"the server points to {SafeText.Clean(host, 100)}, which is not on the internet; "
                + "Sora:AllowPrivateContentHosts=true allows private addresses, link-local ones never are");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The addresses that may be connected to.</summary>
    /// <param name="addresses">What a name leads to.</param>
    /// <param name="nearest">The nearest kind that is allowed: none is nearer than loopback, and link-local never is.</param>
    internal static IPAddress[] Allowed(IEnumerable<IPAddress> addresses, AddressKind nearest) =>
        [.. addresses.Where(a => AddressRules.Kind(a) is var kind && kind <= nearest && kind != AddressKind.Forbidden)];

    /// <summary>Whether a host can only be on a private network: a name by which its owner cannot lead elsewhere, or an address.</summary>
    internal static bool IsPrivateName(string host) =>
        IPAddress.TryParse(host, out _)
        || !host.TrimEnd('.').Contains('.', StringComparison.Ordinal)
        || PrivateNames.Any(name => host.TrimEnd('.').EndsWith(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>How near the operator's own base address is: as near may be what it points to.</summary>
    private async Task<AddressKind> KindOfBaseAsync(CancellationToken cancellationToken)
    {
        if (!IsPrivateName(_baseUrl.IdnHost))
            return AddressKind.Public;
        try
        {
            var kinds = (await AddressesOfAsync(_baseUrl.IdnHost, cancellationToken)).Select(AddressRules.Kind).ToList();
            return kinds.Count > 0 && kinds.TrueForAll(static kind => kind is AddressKind.Private or AddressKind.Loopback) ? kinds.Max() : AddressKind.Public;
        }
        catch (SocketException)
        {
            return AddressKind.Public;
        }
    }

    // What passes as an address may still hold a name that has no form for the network; asking for that form is the only way to know.
    private static bool HasHost(Uri url)
    {
        try
        {
            return url.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    // To ask DNS for 0.0.0.0 is an error of its own.
    private static async Task<IPAddress[]> AddressesOfAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);

    private static bool IsLoopback(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static VideosApiException Refused(string message) => new(VideosFault.BadAnswer, $"content: {message}");
}
