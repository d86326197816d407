namespace Bickford.Renders.Worker.Api;

/// <summary>
/// Keeps foreign pages from using what a browser shows by itself: a password, a cookie, or that it runs on this machine. Browsers say whose page sent a request, and no page can
/// change that; programs say nothing, and are let through.
/// </summary>
internal static class ForeignPages
{
    /// <summary>Refuses what a foreign page sends to change something.</summary>
    public static ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || IsOurs(request.Headers["Sec-Fetch-Site"], request.Headers.Origin, request.Host))
            return next(context);
        throw new ApiException(new("Forbidden", 403, "This request comes from a page of another site, and those may change nothing here.", "Origin"));
    }

    /// <summary>Whether a request comes from one of our own pages, or from no page at all.</summary>
    /// <param name="site">The header <c>Sec-Fetch-Site</c>, or null.</param>
    /// <param name="origin">The header <c>Origin</c>, or null.</param>
    /// <param name="host">Our name and port as the sender knows them.</param>
    public static bool IsOurs(string? site, string? origin, HostString host) =>
        site is null
            ? origin is null || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && host.HasValue && from.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase))
            : site is "same-origin" or "none";
}
