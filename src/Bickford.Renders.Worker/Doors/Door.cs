using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Worker.Doors;

/// <summary>How far somebody may go.</summary>
internal enum Access
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>See everything, change nothing.</summary>
    Look,

    /// <summary>Everything.</summary>
    Act,
}

/// <summary>
/// Decides who may see the pages. Without a password only this machine itself may, under a name of this machine: another name would be a foreign page that had its
/// own name point here (DNS rebinding). With one, everybody must say it, this machine too, because a proxy on it speaks for strangers.
/// </summary>
internal static class Door
{
    private static readonly object s_access = new();

    /// <summary>Guards all that is mapped, but for the health checks, which say nothing.</summary>
    public static void UseDoor(this WebApplication app, DoorSettings settings) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments("/health"))
            return next(http);
        var access = Of(settings, http.Connection.RemoteIpAddress, http.Request.Host, http.Request.Headers.Authorization);
        http.Items[s_access] = access;
        return access == Doors.Access.None ? RefuseAsync(http, settings) : next(http);
    });

    /// <summary>How far this request may go.</summary>
    public static Access Access(this HttpContext http) => http.Items.TryGetValue(s_access, out var access) ? (Access)access! : Doors.Access.None;

    /// <summary>The decision.</summary>
    public static Access Of(DoorSettings settings, IPAddress? from, HostString host, string? authorization)
    {
        var access = settings.HasPasswords ? OfUser(settings, authorization) : IsThisMachine(from, host) ? Doors.Access.Act : Doors.Access.None;
        return settings.ReadOnly && access == Doors.Access.Act ? Doors.Access.Look : access;
    }

    private static bool IsThisMachine(IPAddress? from, HostString host) =>
        from is not null && IPAddress.IsLoopback(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from)
        && (host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var name) && IPAddress.IsLoopback(name)));

    private static Access OfUser(DoorSettings settings, string? authorization)
    {
        if (Credentials(authorization) is not var (user, password))
            return Doors.Access.None;
        return user switch
        {
            "operator" when Same(settings.OperatorPassword, password) => Doors.Access.Act,
            "viewer" when Same(settings.ViewerPassword, password) => Doors.Access.Look,
            _ => Doors.Access.None,
        };
    }

    private static (string User, string Password)? Credentials(string? authorization)
    {
        const string Scheme = "Basic ";
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
            return null;
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Scheme.Length..].Trim(), bytes, out var length))
            return null;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts.Length == 2 ? (parts[0], parts[1]) : null;
    }

    // Hashes have one length, so that the comparison tells nothing of the password's.
    private static bool Same(string? expected, string given) =>
        expected is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));

    private static Task RefuseAsync(HttpContext http, DoorSettings settings)
    {
        http.Response.StatusCode = settings.HasPasswords ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        if (settings.HasPasswords)
            http.Response.Headers[HeaderNames.WWWAuthenticate] = "Basic realm=\"Bickford Renders\", charset=\"UTF-8\"";
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(
            settings.HasPasswords
                ? "Sign in as 'operator' or 'viewer'.\n"
                : "These pages are open to this machine only, as http://127.0.0.1 or http://localhost. To open them to others set Dashboard:OperatorPassword (and Dashboard:ViewerPassword).\n",
            http.RequestAborted);
    }
}
