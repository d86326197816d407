using System.Net;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Sora;

/// <summary>Counts each request to the provider by what came of it; those to other hosts, where content may lie, are not its.</summary>
internal sealed class CountingHandler(RequestCounter counter, Uri provider, TimeProvider clock) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        string? error = null;
        var began = clock.GetTimestamp();
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            return response;
        }
        catch (Exception e)
        {
            error = Word(e);
            throw;
        }
        finally
        {
            if (request.RequestUri is { } uri && Uri.Compare(uri, provider, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0)
            {
                counter.Add(new RequestCounts(1, response?.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0, response is null || (int)response.StatusCode >= 500 ? 1 : 0));
                RenderTelemetry.Requested(OperationOf(request.Method, uri), clock.GetElapsedTime(began), (int?)response?.StatusCode, error);
            }
        }
    }

    /// <summary>What a request asks for, by its address.</summary>
    internal static string OperationOf(HttpMethod method, Uri address)
    {
        var path = address.AbsolutePath;
        if (method == HttpMethod.Delete)
            return "delete";
        if (path.EndsWith("/content", StringComparison.Ordinal))
            return "content";
        if (method != HttpMethod.Post)
            return path.EndsWith("/videos", StringComparison.Ordinal) ? "list" : "get";
        return path.EndsWith("/remix", StringComparison.Ordinal) ? "remix"
            : path.EndsWith("/videos/edits", StringComparison.Ordinal) ? "edit"
            : path.EndsWith("/videos/extensions", StringComparison.Ordinal) ? "extend"
            : "create";
    }

    private static string Word(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http => TelemetryFields.Word(http.HttpRequestError),
        OperationCanceledException => "cancelled",
        _ => "connection_error",
    };
}
