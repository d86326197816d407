using System.Net;
using System.Text.RegularExpressions;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Tests.Doors;

/// <summary>People sign in at a provider of identities: a real one, though small.</summary>
public sealed partial class OidcDoorTests : IAsyncLifetime
{
    private OidcProvider _provider = null!;
    private DoorWorld _world = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await OidcProvider.StartAsync();
        _world = await DoorWorld.StartAsync(_provider.Flags());
        _browser = new Browser(_world.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData("producers", "anna Act")]
    [InlineData("studio", "anna Look")]
    public async Task Who_signs_in_with_a_role_comes_to_the_page_that_he_asked_for(string role, string expected)
    {
        _provider.Person = new() { ["sub"] = "1234", ["preferred_username"] = "anna", ["roles"] = new[] { "other", role } };

        var page = await _browser.OpenAsync("/api/../?filter=a%20b&page=2");

        page.Status.ShouldBe(200, page.Body);
        page.Body.ShouldBe("SECRET page of anna");
        page.Address.PathAndQuery.ShouldBe("/?filter=a%20b&page=2");
        (await _browser.OnceAsync("/api/who")).Body.ShouldBe(expected);
        _provider.TokensGiven.ShouldBe(1);
        _provider.Asked!["scope"].ToString().ShouldBe("openid profile");
        _provider.Asked["redirect_uri"].ToString().ShouldBe(new Uri(_world.Address, SignIn.CallbackPath).ToString());
    }

    [Fact]
    public async Task Who_may_look_changes_nothing_and_who_may_act_does()
    {
        await SignInAsync("studio");
        (await _browser.PostAsync("/api/renders")).Status.ShouldBe(403);

        using var other = new Browser(_world.Address);
        _provider.Person["roles"] = "producers";
        await other.OpenAsync("/");
        (await other.PostAsync("/api/renders")).Body.ShouldBe("CHANGED by anna");
    }

    [Fact]
    public async Task Who_has_no_role_is_told_so_once_and_may_sign_out()
    {
        _provider.Person = new() { ["sub"] = "1234", ["preferred_username"] = "<b>eve</b>", ["roles"] = "Producers" };

        var page = await _browser.OpenAsync("/renders");

        page.Status.ShouldBe(403);
        page.Body.ShouldContain("signed in as &lt;b&gt;eve&lt;/b&gt;");
        page.Body.ShouldNotContain("SECRET");
        (await _browser.OnceAsync("/api/who")).Status.ShouldBe(403);
        (await _browser.PostAsync("/api/renders")).Status.ShouldBe(403);
        var token = TokenField().Match(page.Body).Groups["token"].Value;
        (await _browser.PostAsync(SignIn.SignOutPath, KeyValuePair.Create(FormTokens.Field, token))).Location.ShouldBe(SignIn.SignedOutPath);
        (await _browser.OnceAsync("/renders")).Location.ShouldStartWith(_provider.Issuer);
    }

    [Fact]
    public async Task Who_signs_out_must_sign_in_again()
    {
        await SignInAsync("producers");
        var token = (await _browser.OnceAsync("/form")).Body;

        (await _browser.PostAsync(SignIn.SignOutPath)).Status.ShouldBe(400, "a forged form signs nobody out");
        (await _browser.OnceAsync("/api/who")).Status.ShouldBe(200);
        (await _browser.PostAsync(SignIn.SignOutPath, KeyValuePair.Create(FormTokens.Field, token))).Status.ShouldBe(303);

        (await _browser.OnceAsync(SignIn.SignedOutPath)).Status.ShouldBe(200);
        (await _browser.OnceAsync("/api/who")).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("signature")]
    [InlineData("unsigned")]
    [InlineData("audience")]
    [InlineData("issuer")]
    [InlineData("expired")]
    [InlineData("denied")]
    public async Task A_provider_whose_answer_is_not_in_order_signs_nobody_in(string wrong)
    {
        _provider.Person = new() { ["sub"] = "1234", ["preferred_username"] = "anna", ["roles"] = "producers" };
        _provider.WrongNonce = wrong == "nonce";
        _provider.WrongSignature = wrong == "signature";
        _provider.WithoutSignature = wrong == "unsigned";
        _provider.OtherAudience = wrong == "audience" ? "somebody-else" : null;
        _provider.OtherIssuer = wrong == "issuer" ? "http://127.0.0.1:1" : null;
        _provider.Age = wrong == "expired" ? TimeSpan.FromHours(1) : TimeSpan.Zero;
        _provider.Denies = wrong == "denied";

        var page = await _browser.OpenAsync("/renders");

        page.Status.ShouldBe(403);
        page.Address.AbsolutePath.ShouldBe(SignIn.CallbackPath);
        page.Body.ShouldNotContain("   at ");
        _browser.SetCookies.ShouldNotContain(cookie => cookie.StartsWith("renders-session", StringComparison.Ordinal));
        (await _browser.OnceAsync("/api/who")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_sign_in_that_somebody_else_began_signs_nobody_in()
    {
        _provider.Person = new() { ["sub"] = "666", ["preferred_username"] = "mallory", ["roles"] = "producers" };
        using var mallory = new Browser(_world.Address);
        var question = await mallory.OnceAsync("/");
        var answer = await mallory.OnceAsync(question.Location!);

        // A page of his sends another's browser there.
        (await _browser.OnceAsync(answer.Location!)).Status.ShouldBe(403);

        (await _browser.OnceAsync("/api/who")).Status.ShouldBe(401);
        (await _browser.OnceAsync($"{SignIn.CallbackPath}?code=x&state=y")).Status.ShouldBe(403);
        (await _browser.OnceAsync(SignIn.CallbackPath)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Nobody_is_sent_elsewhere_after_a_sign_in()
    {
        _provider.Person = new() { ["sub"] = "1234", ["preferred_username"] = "anna", ["roles"] = "producers" };

        foreach (var returnUrl in new[] { "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)", "renders", "" })
        {
            using var browser = new Browser(_world.Address);
            var page = await browser.OpenAsync($"{SignIn.SignInPath}?returnUrl={Uri.EscapeDataString(returnUrl)}");
            (page.Status, page.Address).ShouldBe((200, _world.Address), returnUrl);
        }
    }

    [Fact]
    public async Task A_path_that_looks_like_another_host_leads_home()
    {
        _provider.Person = new() { ["sub"] = "1234", ["preferred_username"] = "anna", ["roles"] = "producers" };
        using var direct = new Browser(_world.Address);

        var page = await direct.OnceAsync(new Uri(_world.Address, "//" + _world.Address.Authority + "//evil.example/x").ToString());
        for (var hops = 0; page.Location is { } next && hops < 5; hops++)
        {
            new Uri(page.Address, next).Host.ShouldBe("127.0.0.1");
            page = await direct.OnceAsync(new Uri(page.Address, next).ToString());
        }

        page.Address.AbsolutePath.ShouldBe("/");
    }

    [Fact]
    public async Task Nothing_is_open_around_the_pages_of_the_sign_in()
    {
        foreach (var target in new[]
        {
            "/auth/signin/../../renders", "/auth/signed-out/%2e%2e/%2e%2e/renders", "/auth/callback/../../renders", "/auth/signed-out/renders", "/auth/signed-out/", "/auth/signout", "/AUTH/../renders",
            "/auth/signed-out%2f..%2f..%2frenders", "/auth", "//auth/signed-out",
        })
        {
            var (status, body) = await _world.RawAsync(target);
            status.ShouldBeOneOf([401, 405], target);
            body.ShouldNotContain("SECRET", Case.Sensitive, target);
        }
    }

    [Fact]
    public async Task A_program_is_not_sent_to_sign_in_and_a_form_is_not_lost_on_the_way()
    {
        (await _world.WhoAsync()).ShouldBe("401");
        (await _browser.OnceAsync("/api/who")).Status.ShouldBe(401);
        (await _browser.PostAsync("/act/resume")).Status.ShouldBe(401);
        (await _browser.OnceAsync("/renders", ("Sec-Fetch-Mode", "cors"))).Status.ShouldBe(401);
        (await _browser.OnceAsync("/renders", ("Sec-Fetch-Mode", "navigate"))).Status.ShouldBe(302);
        (await _world.WhoAsync(KeyDoorTests.Bearer(_world.Keys.Give("ci", ApiKeyRole.Viewer)))).ShouldBe("key:ci Look");
    }

    [Fact]
    public async Task Its_cookies_are_out_of_reach_of_scripts_and_foreign_forms_and_say_nothing()
    {
        await SignInAsync("producers");

        _browser.SetCookies.Count.ShouldBeGreaterThanOrEqualTo(3);
        _browser.SetCookies.ShouldAllBe(cookie => cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase) && cookie.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase));
        _browser.SetCookies.ShouldContain(cookie => cookie.StartsWith("renders-session=", StringComparison.Ordinal) && cookie.Length < 1500);
        string.Concat(_browser.SetCookies).ShouldNotContain("anna");
    }

    [Fact]
    public async Task Over_https_its_cookies_go_over_https_only()
    {
        await using var world = await DoorWorld.StartAsync(_provider.Flags("Dashboard:Proxy:Addresses=10.1.2.3"));

        using var answer = await world.GetAsync("/", ("Accept", "text/html"), (DoorWorld.From, "10.1.2.3"), ("X-Forwarded-For", "198.51.100.4"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "renders.example"));

        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
        Uri.UnescapeDataString(answer.Headers.Location!.Query).ShouldContain("redirect_uri=https://renders.example/auth/callback");
    }

    [Fact]
    public async Task A_cookie_that_was_changed_or_made_up_is_none()
    {
        await SignInAsync("studio");
        var cookie = _browser.Cookies.GetCookies(_world.Address)["renders-session"]!;
        cookie.Value = cookie.Value[..^8] + "AAAAAAAA";

        (await _browser.OnceAsync("/api/who")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Another_worker_knows_who_signed_in_here_and_one_with_another_secret_does_not()
    {
        await SignInAsync("producers");
        await using var second = await DoorWorld.StartAsync(TimeProvider.System, _world.Keys, _provider.Flags());
        await using var foreign = await DoorWorld.StartAsync(TimeProvider.System, _world.Keys, _provider.Flags("Dashboard:KeySecret=another secret of 32 characters.."));

        (await _browser.OnceAsync(new Uri(second.Address, "/api/who").ToString())).Body.ShouldBe("anna Act");
        (await _browser.OnceAsync(new Uri(foreign.Address, "/api/who").ToString())).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Who_reads_the_database_reads_no_key_of_its_cookies()
    {
        await SignInAsync("producers");

        var kept = _world.Keys.PageKeys.ShouldHaveSingleItem();

        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(kept)).ShouldNotContain("key");
    }

    [Fact]
    public async Task A_provider_that_is_away_is_told_in_one_sentence()
    {
        await using var world = await DoorWorld.StartAsync(
            "Dashboard:Oidc:Authority=http://127.0.0.1:1", "Dashboard:Oidc:ClientId=x", $"Dashboard:Oidc:ClientSecret={OidcProvider.ClientSecret}", "Dashboard:Oidc:ViewerRole=studio");

        using var answer = await world.GetAsync("/", ("Accept", "text/html"));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("cannot be reached");
    }

    [Theory]
    [InlineData("preferred_username", "operator", "user:operator")]
    [InlineData("email", "anna@studio.example", "anna@studio.example")]
    [InlineData("other", "x", "1234")]
    public async Task A_person_is_called_what_the_provider_calls_him_and_never_one_of_ours(string claim, string name, string expected)
    {
        _provider.Person = new() { ["sub"] = "1234", [claim] = name, ["roles"] = "producers" };

        (await _browser.OpenAsync("/")).Body.ShouldBe($"SECRET page of {expected}");
    }

    private async Task SignInAsync(string role)
    {
        _provider.Person = new() { ["sub"] = "1234", ["preferred_username"] = "anna", ["roles"] = role };
        (await _browser.OpenAsync("/")).Status.ShouldBe(200);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex TokenField();
}
