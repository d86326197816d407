using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Bickford.Renders.Worker.Doors;

/// <summary>What a proxy says of the request that it passes on: believed of the named ones, and of nobody else.</summary>
internal static class Forwarding
{
    private static readonly object s_peer = new();

    private static readonly string[] s_headers = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    /// <summary>Goes before all that asks for an address, a name or a scheme.</summary>
    public static void UseForwarding(this WebApplication app, DoorSettings settings)
    {
        app.Use((http, next) =>
        {
            http.Items[s_peer] = http.Connection.RemoteIpAddress;
            return next(http);
        });
        if (settings.Proxy.Networks.Count > 0)
            app.UseForwardedHeaders(Options(settings));
    }

    /// <summary>The other end of the connection, whoever it says it speaks for.</summary>
    public static IPAddress? Peer(this HttpContext http) => (IPAddress?)http.Items[s_peer];

    /// <summary>Whether this request was passed on by somebody who says so.</summary>
    public static bool IsForwarded(this HttpRequest request) => Array.Exists(s_headers, request.Headers.ContainsKey);

    private static ForwardedHeadersOptions Options(DoorSettings settings)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // Through as many as are named, from the nearest one on: the first that is not is whom they speak for.
            ForwardLimit = null,
            AllowedHosts = [.. settings.AllowedHosts],
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.Proxy.Networks)
            options.KnownIPNetworks.Add(network);
        return options;
    }
}
