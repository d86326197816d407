using System.Net;

namespace Bickford.Renders.Sora;

/// <summary>Counts each request to the provider by what came of it; those to other hosts, where content may lie, are not its.</summary>
internal sealed class CountingHandler(RequestCounter counter, Uri provider) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            return response;
        }
        finally
        {
            if (request.RequestUri is { } uri && Uri.Compare(uri, provider, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0)
                counter.Add(new RequestCounts(1, response?.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0, response is null || (int)response.StatusCode >= 500 ? 1 : 0));
        }
    }
}
