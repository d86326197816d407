using System.Net;

namespace Bickford.Renders.Worker.Doors;

/// <summary>Who may come in: section <c>Dashboard</c>, but for where it listens. People come in by one way: this machine, passwords, OpenID Connect, or a proxy's word; programs by keys.</summary>
/// <param name="OperatorPassword">Of the user <c>operator</c>, who may do everything; null for none.</param>
/// <param name="ViewerPassword">Of the user <c>viewer</c>, who may look; null for none.</param>
/// <param name="ReadOnly">Nobody may do more than look.</param>
internal sealed record DoorSettings(string? OperatorPassword, string? ViewerPassword, bool ReadOnly)
{
    public bool HasPasswords => OperatorPassword is not null || ViewerPassword is not null;

    /// <summary>Null where people do not sign in at a provider of identities.</summary>
    public OidcSettings? Oidc { get; init; }

    public ProxySettings Proxy { get; init; } = ProxySettings.None;

    /// <summary>Names that requests may ask for, beside this machine's own; empty for any.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins whose pages may use the API with a key of theirs.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Encrypts the keys that all workers seal cookies and forms with; null where those live as long as the process.</summary>
    public string? KeySecret { get; init; }

    /// <summary>Without any other way, whoever is on this machine comes in.</summary>
    public bool OpenToThisMachine => !HasPasswords && Oidc is null && Proxy.UserHeader is null;
}

/// <summary>Section <c>Dashboard:Oidc</c>.</summary>
/// <param name="Authority">The provider of identities.</param>
/// <param name="ClientId">What it calls us.</param>
/// <param name="ClientSecret">What it knows us by.</param>
internal sealed record OidcSettings(Uri Authority, string ClientId, string ClientSecret)
{
    public IReadOnlyList<string> Scopes { get; init; } = ["openid", "profile"];

    /// <summary>The claim that names a person.</summary>
    public string NameClaim { get; init; } = "preferred_username";

    /// <summary>The claim that holds roles or groups.</summary>
    public string RoleClaim { get; init; } = "roles";

    public RoleMap Roles { get; init; } = new([], []);

    /// <summary>How long a sign-in holds.</summary>
    public TimeSpan KeepSignedIn { get; init; } = TimeSpan.FromHours(8);
}

/// <summary>Section <c>Dashboard:Proxy</c>.</summary>
/// <param name="Networks">Where proxies are whose headers count.</param>
internal sealed record ProxySettings(IReadOnlyList<IPNetwork> Networks)
{
    public static ProxySettings None { get; } = new([]);

    /// <summary>The header with the name of a person; null where the proxy lets nobody in.</summary>
    public string? UserHeader { get; init; }

    /// <summary>The header with his roles or groups; null for none.</summary>
    public string? RolesHeader { get; init; }

    public RoleMap Roles { get; init; } = new([], []);

    /// <summary>What everybody may whom the proxy names.</summary>
    public Access Everybody { get; init; }

    /// <summary>Whether this is the address of a named proxy.</summary>
    public bool Holds(IPAddress? address) =>
        address is not null && Networks.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));
}

/// <summary>Which words of others mean which access.</summary>
/// <param name="Operator">May do everything.</param>
/// <param name="Viewer">May look.</param>
internal sealed record RoleMap(IReadOnlyList<string> Operator, IReadOnlyList<string> Viewer)
{
    public bool IsEmpty => Operator.Count == 0 && Viewer.Count == 0;

    /// <summary>What somebody may who has these roles: the most that any of them allows. Letters count as they are written.</summary>
    public Access Of(IEnumerable<string> roles)
    {
        var access = Access.None;
        foreach (var role in roles)
        {
            if (Operator.Contains(role, StringComparer.Ordinal))
                return Access.Act;
            if (Viewer.Contains(role, StringComparer.Ordinal))
                access = Access.Look;
        }

        return access;
    }
}
