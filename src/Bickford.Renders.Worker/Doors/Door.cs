using System.Net;
using System.Security.Cryptography;
using System.Text;

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
    private static readonly object s_visitor = new();

    /// <summary>How far this request may go.</summary>
    public static Access Access(this HttpContext http) => http.Visitor()?.Access ?? Doors.Access.None;

    /// <summary>Who came in; null for nobody.</summary>
    public static Visitor? Visitor(this HttpContext http) => (Visitor?)http.Items[s_visitor];

    /// <summary>Lets somebody in, for this request.</summary>
    public static void LetIn(this HttpContext http, Visitor visitor)
    {
        http.Items[s_visitor] = visitor;
        http.User = visitor.Principal();
    }

    /// <summary>The decision, where people come in from this machine or by passwords.</summary>
    public static Access Of(DoorSettings settings, IPAddress? from, HostString host, string? authorization)
    {
        var access = settings.HasPasswords ? OfUser(settings, authorization) : IsThisMachine(from, host) ? Doors.Access.Act : Doors.Access.None;
        return settings.ReadOnly && access == Doors.Access.Act ? Doors.Access.Look : access;
    }

    private static bool IsThisMachine(IPAddress? from, HostString host) =>
        from is not null && IPAddress.IsLoopback(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from) && IsNameOfThisMachine(host);

    /// <summary>Whether this is a name that stands for the machine itself everywhere.</summary>
    public static bool IsNameOfThisMachine(HostString host) =>
        host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var name) && IPAddress.IsLoopback(name));

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
}
