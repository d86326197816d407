using System.Net;
using Bickford.Renders.Tests.Worker;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Tests.Doors;

/// <summary>Settings of the doors: what goes together, and what is told when it does not.</summary>
public sealed class DoorSettingsTests
{
    private const string Authority = "Dashboard:Oidc:Authority=https://login.example/realms/studio";
    private const string Client = "Dashboard:Oidc:ClientId=renders";
    private const string Secret = "Dashboard:Oidc:ClientSecret=0123456789abcdef";
    private const string Role = "Dashboard:Oidc:OperatorRole=producers";
    private const string Proxy = "Dashboard:Proxy:Addresses=10.0.0.1";
    private const string User = "Dashboard:Proxy:UserHeader=X-Forwarded-User";

    [Fact]
    public void By_default_only_this_machine_comes_in()
    {
        var doors = SettingsWorld.Load().Doors;

        (doors.OpenToThisMachine, doors.Oidc, doors.KeySecret).ShouldBe((true, null, null));
        doors.Proxy.Networks.ShouldBeEmpty();
        doors.AllowedHosts.ShouldBeEmpty();
        doors.CorsOrigins.ShouldBeEmpty();
    }

    [Fact]
    public void OpenID_Connect_is_read_as_it_is_written()
    {
        var doors = SettingsWorld.Load(flags: [Authority, Client, Secret, Role, "Dashboard:Oidc:ViewerRole=a,b", "Dashboard:Oidc:Scopes=openid,groups", "Dashboard:Oidc:KeepSignedIn=1h"]).Doors;

        doors.Oidc!.Authority.ShouldBe(new Uri("https://login.example/realms/studio"));
        (doors.Oidc.ClientId, doors.Oidc.ClientSecret, doors.KeySecret, doors.Oidc.RoleClaim).ShouldBe(("renders", "0123456789abcdef", "0123456789abcdef", "roles"));
        doors.Oidc.Roles.Viewer.ShouldBe(["a", "b"]);
        doors.Oidc.Scopes.ShouldBe(["openid", "groups"]);
        doors.OpenToThisMachine.ShouldBeFalse();
        SettingsWorld.Load(flags: [Authority, Client, Secret, Role]).Doors.Oidc!.Scopes.ShouldBe(["openid", "profile"]);
    }

    [Fact]
    public void A_proxy_is_read_as_it_is_written()
    {
        var proxy = SettingsWorld.Load("""{"Dashboard":{"Proxy":{"Addresses":["10.0.0.1","fd00::/64","::ffff:192.0.2.1"],"UserHeader":"X-User","RolesHeader":"X-Roles","ViewerRole":["a"],"Everybody":"nothing"}}}""").Doors.Proxy;

        (proxy.UserHeader, proxy.RolesHeader, proxy.Everybody).ShouldBe(("X-User", "X-Roles", Access.None));
        foreach (var inside in new[] { "10.0.0.1", "::ffff:10.0.0.1", "fd00::5", "192.0.2.1" })
            proxy.Holds(IPAddress.Parse(inside)).ShouldBeTrue(inside);
        foreach (var outside in new[] { "10.0.0.2", "fd00:1::5", "127.0.0.1", "::1" })
            proxy.Holds(IPAddress.Parse(outside)).ShouldBeFalse(outside);
        proxy.Holds(null).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Dashboard:Oidc:Authority", "http://login.example", "an https address")]
    [InlineData("Dashboard:Oidc:Authority", "https://login.example/?x=1", "an https address")]
    [InlineData("Dashboard:Oidc:ClientSecret", "short", "at least 16 characters")]
    [InlineData("Dashboard:KeySecret", "short", "at least 32 characters")]
    [InlineData("Dashboard:Proxy:Addresses", "proxy.example", "IP addresses and networks")]
    [InlineData("Dashboard:Proxy:Addresses", "0.0.0.0/0", "not all there are")]
    [InlineData("Dashboard:Proxy:Addresses", "::/0", "not all there are")]
    [InlineData("Dashboard:Proxy:Addresses", "10.0.0.1/8", "IP addresses and networks")]
    [InlineData("Dashboard:Proxy:Addresses", "10", "IP addresses and networks")]
    [InlineData("Dashboard:Proxy:UserHeader", "Authorization", "a header of the proxy's own")]
    [InlineData("Dashboard:Proxy:UserHeader", "x-forwarded-for", "a header of the proxy's own")]
    [InlineData("Dashboard:Proxy:UserHeader", "X User", "a header of the proxy's own")]
    [InlineData("Dashboard:AllowedHosts", "*", "host names")]
    [InlineData("Dashboard:AllowedHosts", "https://renders.example", "host names")]
    [InlineData("Dashboard:AllowedHosts", "renders.example:8090", "host names")]
    [InlineData("Dashboard:Cors:Origins", "*", "never *")]
    [InlineData("Dashboard:Cors:Origins", "https://*.example", "never *")]
    [InlineData("Dashboard:Cors:Origins", "http://tools.example", "https origins")]
    [InlineData("Dashboard:Cors:Origins", "https://tools.example/", "https origins")]
    [InlineData("Dashboard:Cors:Origins", "null", "https origins")]
    public void A_value_that_is_not_allowed_is_told_with_what_is(string key, string value, string allowed)
    {
        var error = SettingsWorld.Error(flags: [$"{key}={value}"]);

        error.Field.ShouldBe(key);
        error.Message.ShouldContain(allowed);
    }

    [Theory]
    [InlineData("Dashboard:Oidc:ClientSecret", Secret)]
    [InlineData("Dashboard:Oidc:OperatorRole", Role)]
    [InlineData("Dashboard:Oidc:ClientId", Authority, Secret, Role)]
    [InlineData("Dashboard:Oidc:ClientSecret", Authority, Client, Role)]
    [InlineData("Dashboard:Oidc:OperatorRole", Authority, Client, Secret)]
    [InlineData("Dashboard:Oidc:Scopes", Authority, Client, Secret, Role, "Dashboard:Oidc:Scopes=profile")]
    [InlineData("Dashboard:Oidc:Authority", Authority, Client, Secret, Role, "Dashboard:OperatorPassword=operator-password-1")]
    [InlineData("Dashboard:Proxy:UserHeader", Authority, Client, Secret, Role, Proxy, User, "Dashboard:Proxy:Everybody=Viewer")]
    [InlineData("Dashboard:Proxy:UserHeader", Proxy, User, "Dashboard:Proxy:Everybody=Viewer", "Dashboard:ViewerPassword=viewer-password-12")]
    [InlineData("Dashboard:Proxy:UserHeader", User, "Dashboard:Proxy:Everybody=Viewer")]
    [InlineData("Dashboard:Proxy:UserHeader", Proxy, User)]
    [InlineData("Dashboard:Proxy:OperatorRole", Proxy, User, "Dashboard:Proxy:OperatorRole=a")]
    [InlineData("Dashboard:Proxy:RolesHeader", Proxy, User, "Dashboard:Proxy:RolesHeader=X-Roles")]
    [InlineData("Dashboard:Proxy:RolesHeader", Proxy, User, "Dashboard:Proxy:RolesHeader=x-forwarded-user", "Dashboard:Proxy:OperatorRole=a")]
    [InlineData("Dashboard:Proxy:RolesHeader", "Dashboard:Proxy:RolesHeader=X-Roles")]
    [InlineData("Dashboard:Proxy:Everybody", "Dashboard:Proxy:Everybody=Viewer")]
    public void What_does_not_go_together_is_told_by_name(string field, params string[] flags)
    {
        var error = SettingsWorld.Error(flags: flags);

        error.Field.ShouldBe(field);
        error.Message.ShouldContain("allowed: ");
        error.Message.ShouldNotContain("0123456789abcdef");
    }

    [Fact]
    public void The_most_that_any_role_allows_holds()
    {
        var roles = new RoleMap(["a"], ["b", "a"]);

        (roles.Of([]), roles.Of(["c"]), roles.Of(["b", "c"]), roles.Of(["b", "a"]), roles.Of(["A"])).ShouldBe((Access.None, Access.None, Access.Look, Access.Act, Access.None));
    }

    [Theory]
    [InlineData("/renders?x=1", "/renders?x=1")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("/x\\y", "/")]
    [InlineData("/x\r\nSet-Cookie: a=b", "/")]
    [InlineData("//x", "/")]
    public void After_a_sign_in_it_goes_on_to_our_own_pages_only(string? asked, string expected) => LocalPath.Of(asked).ShouldBe(expected);
}
