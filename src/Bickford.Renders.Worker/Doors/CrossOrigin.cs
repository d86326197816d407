using Microsoft.Extensions.Primitives;

namespace Bickford.Renders.Worker.Doors;

/// <summary>
/// Tells what a foreign page makes a browser send from what one of ours does. A browser shows on its own who somebody is (by his password, his cookie, or by running on this
/// machine), and so does for a foreign page; but it also says whose page it was, and no page can change that.
/// </summary>
internal static class CrossOrigin
{
    /// <summary>Whether this request may change something, as far as its origin goes. What says nothing of an origin comes from no browser.</summary>
    /// <param name="method">The method.</param>
    /// <param name="upgrade">Asks for a WebSocket, which no browser keeps from foreign pages.</param>
    /// <param name="fetchSite">The header <c>Sec-Fetch-Site</c>.</param>
    /// <param name="origin">The header <c>Origin</c>.</param>
    /// <param name="scheme">Our own scheme, as the browser knows it.</param>
    /// <param name="host">Our own name and port, as the browser knows them.</param>
    public static bool Allows(string method, bool upgrade, StringValues fetchSite, StringValues origin, string scheme, HostString host)
    {
        if (!upgrade && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)))
            return true;
        if (fetchSite.Count > 1 || origin.Count > 1)
            return false;
        if (fetchSite.Count == 1)
            return fetchSite[0] is "same-origin" or "none";
        return origin.Count == 0 || (Uri.TryCreate(origin[0], UriKind.Absolute, out var from) && Uri.TryCreate($"{scheme}://{host}", UriKind.Absolute, out var here)
            && Uri.Compare(from, here, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0);
    }
}
