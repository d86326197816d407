namespace Bickford.Renders.Worker.Telemetry;

/// <summary>Sees what becomes of each request to the collector.</summary>
internal sealed class CollectorHandler(CollectorHealth health, string signal) : DelegatingHandler(new SocketsHttpHandler
{
    // Neither a trace of the sending of traces, nor a header.
    ActivityHeadersPropagator = null,
    AllowAutoRedirect = false,
    PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    UseCookies = false,
})
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(base.Send(request, cancellationToken));
        }
        catch (Exception e)
        {
            throw Failed(e);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(await base.SendAsync(request, cancellationToken));
        }
        catch (Exception e)
        {
            throw Failed(e);
        }
    }

    private HttpResponseMessage Seen(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
            health.Reached(signal);
        else
            health.Missed(signal, FormattableString.Invariant($"HTTP {(int)response.StatusCode}"));
        return response;
    }

    private Exception Failed(Exception e)
    {
        health.Missed(signal, e is OperationCanceledException ? "no answer in time (Telemetry:Timeout)" : "no connection");
        return e;
    }
}
