using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Section <c>Dashboard</c>: turns checked values into the doors' settings, and finds what does not go together.</summary>
internal static class DoorSettingsBinder
{
    private const string Authority = "Dashboard:Oidc:Authority";

    private const string UserHeader = "Dashboard:Proxy:UserHeader";

    public static DoorSettings Bind(SettingValues values) => new(
        values.OptionalText("Dashboard:OperatorPassword"), values.OptionalText("Dashboard:ViewerPassword"), values.Is("Dashboard:ReadOnly", "true"))
    {
        Oidc = BindOidc(values),
        Proxy = new ProxySettings([.. values.List("Dashboard:Proxy:Addresses").Select(text => DoorRules.ParseNetwork(text)!.Value)])
        {
            UserHeader = values.OptionalText(UserHeader),
            RolesHeader = values.OptionalText("Dashboard:Proxy:RolesHeader"),
            Roles = Roles(values, "Dashboard:Proxy"),
            Everybody = values.Is("Dashboard:Proxy:Everybody", "Operator") ? Access.Act : values.Is("Dashboard:Proxy:Everybody", "Viewer") ? Access.Look : Access.None,
        },
        KeySecret = values.OptionalText("Dashboard:KeySecret") ?? values.OptionalText("Dashboard:Oidc:ClientSecret"),
        AllowedHosts = values.List("Dashboard:AllowedHosts"),
        CorsOrigins = values.List("Dashboard:Cors:Origins"),
    };

    /// <summary>What is wrong although every single value is allowed.</summary>
    public static IEnumerable<(string Field, string Problem)> Problems(SettingValues values) =>
        TwoWays(values).Concat(Oidc(values)).Concat(Proxy(values));

    // Whoever came in by one would be somebody else by the other.
    private static IEnumerable<(string Field, string Problem)> TwoWays(SettingValues values)
    {
        string[] ways = [.. new[] { "Dashboard:OperatorPassword", "Dashboard:ViewerPassword", Authority, UserHeader }.Where(name => values.OptionalText(name) is not null)];
        if (ways is [.. var others, Authority or UserHeader] && others.Length > 0)
            yield return (ways[^1], $"does not go together with {others[0]}; allowed: one way in for people (passwords, OpenID Connect, or a proxy's header); programs have keys beside any of them");
    }

    private static IEnumerable<(string Field, string Problem)> Oidc(SettingValues values)
    {
        const string Section = "Dashboard:Oidc:";
        if (values.OptionalText(Authority) is null)
        {
            foreach (var name in Set(values, Section))
                yield return (name, $"means nothing without {Authority}; allowed: both, or neither");
            yield break;
        }

        foreach (var name in new[] { $"{Section}ClientId", $"{Section}ClientSecret" }.Where(name => values.OptionalText(name) is null))
            yield return (name, $"is missing; allowed: what the provider of {Authority} gave to this worker");
        if (Roles(values, "Dashboard:Oidc").IsEmpty)
            yield return ($"{Section}OperatorRole", $"is missing; allowed: a role here or in {Section}ViewerRole, for else nobody comes in");
        if (!values.List($"{Section}Scopes").Contains("openid", StringComparer.Ordinal))
            yield return ($"{Section}Scopes", "lacks openid; allowed: openid and others");
    }

    private static IEnumerable<(string Field, string Problem)> Proxy(SettingValues values)
    {
        const string Section = "Dashboard:Proxy:";
        var (user, roles) = (values.OptionalText(UserHeader), values.OptionalText($"{Section}RolesHeader"));
        if (user is null)
        {
            foreach (var name in Set(values, Section).Where(name => name != $"{Section}Addresses"))
                yield return (name, $"means nothing without {UserHeader}; allowed: both, or neither");
            yield break;
        }

        if (values.List($"{Section}Addresses").Count == 0)
            yield return (UserHeader, $"is believed of nobody without {Section}Addresses; allowed: both, or neither");
        if (user.Equals(roles, StringComparison.OrdinalIgnoreCase))
            yield return ($"{Section}RolesHeader", $"is the same as {UserHeader}; allowed: two headers");
        var map = Roles(values, "Dashboard:Proxy");
        if (roles is null && !map.IsEmpty)
            yield return ($"{Section}{(map.Operator.Count > 0 ? "OperatorRole" : "ViewerRole")}", $"means nothing without {Section}RolesHeader; allowed: both, or {Section}Everybody");
        if (roles is not null && map.IsEmpty)
            yield return ($"{Section}RolesHeader", $"means nothing without {Section}OperatorRole or {Section}ViewerRole; allowed: both, or {Section}Everybody");
        if (roles is null && map.IsEmpty && values.Is($"{Section}Everybody", "Nothing"))
            yield return (UserHeader, $"lets nobody in by itself; allowed: {Section}RolesHeader with {Section}OperatorRole or {Section}ViewerRole, or {Section}Everybody");
    }

    private static OidcSettings? BindOidc(SettingValues values) => values.OptionalText(Authority) is not { } authority ? null
        : new OidcSettings(new Uri(authority), values.Text("Dashboard:Oidc:ClientId"), values.Text("Dashboard:Oidc:ClientSecret"))
        {
            Scopes = values.List("Dashboard:Oidc:Scopes"),
            NameClaim = values.Text("Dashboard:Oidc:NameClaim"),
            RoleClaim = values.Text("Dashboard:Oidc:RoleClaim"),
            Roles = Roles(values, "Dashboard:Oidc"),
            KeepSignedIn = values.Time("Dashboard:Oidc:KeepSignedIn"),
        };

    private static RoleMap Roles(SettingValues values, string section) => new(values.List($"{section}:OperatorRole"), values.List($"{section}:ViewerRole"));

    private static IEnumerable<string> Set(SettingValues values, string section) => SettingCatalogue.Keys
        .Where(key => key.Name.StartsWith(section, StringComparison.Ordinal) && values.Find(key.Name) is { } setting && setting.Source != SettingValues.DefaultSource && setting.Values.Any(value => value.Trim().Length > 0))
        .Select(key => key.Name);
}
