using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Worker.Doors;

/// <summary>What every answer tells a browser: load nothing from elsewhere, run nothing that stands in a page, be in nobody's frame.</summary>
internal static class SecurityHeaders
{
    /// <summary>For all our pages. No script and no style stands in a page, so that markup which slips into one can do nothing.</summary>
    public const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    /// <summary>For Hangfire's own pages, which have styles and scripts in them.</summary>
    public const string HangfirePolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    private static readonly (string Name, string Value)[] s_headers =
    [
        (HeaderNames.XContentTypeOptions, "nosniff"),
        (HeaderNames.XFrameOptions, "DENY"),
        // Not no-referrer: with that a browser hides the origin of our own forms too.
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        // What is behind a door is in no cache that others share.
        (HeaderNames.CacheControl, "private, no-cache"),
    ];

    /// <summary>Goes before everything. What an endpoint sets itself stays.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        // At the last moment: an error page may have cleared what was set before.
        http.Response.OnStarting(static state =>
        {
            Set((HttpContext)state);
            return Task.CompletedTask;
        }, http);
        return next(http);
    });

    private static void Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        foreach (var (name, value) in s_headers)
            headers.TryAdd(name, value);
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, http.Request.Path.StartsWithSegments("/hangfire") ? HangfirePolicy : Policy);
        if (http.Request.IsHttps)
            headers.TryAdd(HeaderNames.StrictTransportSecurity, "max-age=31536000");
    }
}
