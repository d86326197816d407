using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Bickford.Renders.Network;

namespace Bickford.Renders.Webhooks;

/// <summary>
/// Sends messages over HTTP. The address that is really connected to is judged, so that no name can be made to lead into the own network; redirects are not followed; and
/// nothing of an answer is kept but its status.
/// </summary>
internal sealed class HttpHookSender(TimeProvider clock) : IHookSender, IDisposable
{
    private const int MaxHeadersKilobytes = 32;

    // A hook's connections are its own: what one may connect to, another may not.
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);

    public async Task<HookAnswer> SendAsync(Hook hook, HookMessage message, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(hook.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = RequestOf(hook, message, clock.GetUtcNow());
        try
        {
            using var response = await _clients.GetOrAdd(hook.Name, _ => ClientOf(hook)).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new HookAnswer((int)response.StatusCode, null, RetryAfterOf(response.Headers.RetryAfter, clock.GetUtcNow()));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new HookAnswer(null, string.Create(CultureInfo.InvariantCulture, $"no answer within {hook.Timeout.TotalSeconds:0.###} s"));
        }
        catch (HttpRequestException e)
        {
            return new HookAnswer(null, ProblemOf(e, hook));
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private static HttpRequestMessage RequestOf(Hook hook, HookMessage message, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("bickford-renders", null));
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(hook.Secrets, message.Id, now, message.Body.Span));
        return request;
    }

    private static TimeSpan? RetryAfterOf(RetryConditionHeaderValue? value, DateTimeOffset now) => value switch
    {
        { Delta: { } delta } when delta > TimeSpan.Zero => delta,
        { Date: { } date } when date > now => date - now,
        _ => null,
    };

    // The library's own message may quote what a server sent.
    private static string ProblemOf(HttpRequestException e, Hook hook) => e.InnerException is HostRefusedException refused ? refused.Message : e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"the name {hook.Url.IdnHost} leads nowhere",
        HttpRequestError.ConnectionError => e.InnerException is SocketException socket ? $"{hook.Shown} cannot be reached: {socket.SocketErrorCode}" : $"{hook.Shown} cannot be reached",
        HttpRequestError.SecureConnectionError => $"no trusted TLS connection to {hook.Shown}",
        // Unknown: while the request was on its way.
        HttpRequestError.ResponseEnded or HttpRequestError.Unknown => "the connection broke off before there was an answer",
        var other => $"the answer could not be read: {other}",
    };

    private static HttpClient ClientOf(Hook hook) => new(new SocketsHttpHandler
    {
        // A receiver gets what is documented and signed, and its address, which may be a secret, is in no trace.
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(hook, context.DnsEndPoint, cancellationToken),
        MaxResponseHeadersLength = MaxHeadersKilobytes,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
        // A proxy would resolve the name itself, out of reach of the check.
        UseProxy = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async ValueTask<Stream> ConnectAsync(Hook hook, DnsEndPoint to, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(to.Host, out var one) ? [one] : await Dns.GetHostAddressesAsync(to.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => AddressRules.Kind(address) is AddressKind.Public || (hook.AllowPrivateHosts && AddressRules.Kind(address) is not AddressKind.Forbidden));
        if (allowed.Length == 0)
            throw new HostRefusedException($"{to.Host} is not on the internet; Hooks:{hook.Name}:AllowPrivateHosts=true allows private addresses, link-local ones never are");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class HostRefusedException(string message) : Exception(message);
}
