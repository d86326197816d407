using System.Net;
using System.Net.Sockets;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>
/// The way to hosts that the provider names: signed addresses of gateways and object stores. They get no token and no headers of ours, and the address that
/// is really connected to is judged, so that no name can be made to lead into the own network.
/// </summary>
internal sealed class ForeignHosts : IDisposable
{
    private readonly VideosApiOptions _options;
    private readonly Uri _baseUrl;

    public ForeignHosts(VideosApiOptions options, Uri baseUrl)
    {
        _options = options;
        _baseUrl = baseUrl;
        Http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = options.ConnectTimeout,
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
        var next = to.IsAbsoluteUri ? to : new Uri(from, to);
        Check(from, next);
        return next;
    }

    /// <summary>Refuses an address that a server named.</summary>
    /// <exception cref="VideosApiException">The scheme is none of ours, falls back from https, or the address holds user info.</exception>
    public static void Check(Uri from, Uri next)
    {
        if (next.Scheme != Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttp)
            throw Refused($"the server points to a {SafeText.Clean(next.Scheme, 20)} address; allowed: https and http");
        if (next.UserInfo.Length > 0)
            throw Refused($"the server points to an address with user info at {next.Host}");
        if (from.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp && !(IsLoopback(from) && IsLoopback(next)))
            throw Refused($"the server points from https to http at {next.Host}");
    }

    /// <summary>The refusal inside a failed connection, if that is why it failed.</summary>
    public static VideosApiException? RefusalIn(Exception e) => e.InnerException as VideosApiException;

    /// <inheritdoc/>
    public void Dispose() => Http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var mayBePrivate = _options.AllowPrivateContentHosts
            || (addresses.Any(static a => AddressRules.Kind(a) == AddressKind.Private) && await IsBasePrivateAsync(cancellationToken));
        var allowed = Allowed(addresses, mayBePrivate);
        if (allowed.Length == 0)
        {
            throw Refused($"the server points to {context.DnsEndPoint.Host}, which is not on the internet; "
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
    internal static IPAddress[] Allowed(IEnumerable<IPAddress> addresses, bool mayBePrivate) =>
        [.. addresses.Where(a => AddressRules.Kind(a) is var kind && (kind == AddressKind.Public || (mayBePrivate && kind == AddressKind.Private)))];

    /// <summary>Whether the operator's own base address is on a private network: then so may be what it points to.</summary>
    private async Task<bool> IsBasePrivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(_baseUrl.IdnHost, cancellationToken);
            return addresses.Length > 0 && addresses.All(static a => AddressRules.Kind(a) == AddressKind.Private);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsLoopback(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static VideosApiException Refused(string message) => new(VideosFault.BadAnswer, $"content: {message}");
}
