using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Doors;
using Microsoft.AspNetCore.Http;

namespace Bickford.Renders.Tests.Doors;

/// <summary>Forms that are not ours: forged, borrowed, or sent by a page of another site.</summary>
public sealed class FormTests
{
    private static readonly (string Name, string Value) s_operator = Basic("operator", "operator-password-1");
    private static readonly (string Name, string Value) s_viewer = Basic("viewer", "viewer-password-12");
    private static readonly string[] s_passwords = ["Dashboard:OperatorPassword=operator-password-1", "Dashboard:ViewerPassword=viewer-password-12"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_of_our_page_is_taken_from_whom_it_was_shown_to()
    {
        await using var world = await DoorWorld.StartAsync(s_passwords);
        var (cookie, token) = await ShownAsync(world, s_operator);

        using var answer = await PressAsync(world, token, s_operator, cookie);

        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("CHANGED by operator");
    }

    [Fact]
    public async Task Without_a_token_or_with_another_one_nothing_is_done()
    {
        await using var world = await DoorWorld.StartAsync(s_passwords);
        var (cookie, token) = await ShownAsync(world, s_operator);
        var (viewersCookie, viewersToken) = await ShownAsync(world, s_viewer);

        await ShouldBeRefusedAsync(PressAsync(world, null, s_operator, cookie), 400);
        await ShouldBeRefusedAsync(PressAsync(world, "", s_operator, cookie), 400);
        await ShouldBeRefusedAsync(PressAsync(world, "AAAA", s_operator, cookie), 400);
        await ShouldBeRefusedAsync(PressAsync(world, token, s_operator), 400);
        await ShouldBeRefusedAsync(PressAsync(world, token, s_operator, viewersCookie), 400);
        await ShouldBeRefusedAsync(PressAsync(world, viewersToken, s_operator, viewersCookie), 400);
        await ShouldBeRefusedAsync(PressAsync(world, viewersToken, s_viewer, viewersCookie), 403);
    }

    [Fact]
    public async Task Another_servers_token_is_not_ours()
    {
        await using var world = await DoorWorld.StartAsync();
        await using var other = await DoorWorld.StartAsync();
        var (cookie, token) = await ShownAsync(other);

        await ShouldBeRefusedAsync(PressAsync(world, token, cookie), 400);
    }

    [Fact]
    public async Task A_page_of_another_site_changes_nothing_whoever_looks_at_it()
    {
        await using var open = await DoorWorld.StartAsync();
        await using var locked = await DoorWorld.StartAsync(s_passwords);
        var (cookie, token) = await ShownAsync(locked, s_operator);

        foreach (var foreign in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"), ("Origin", "null"), ("Origin", "http://127.0.0.1:1") })
        {
            // The browser is on this machine, or knows the password.
            await ShouldBeRefusedAsync(open.PostAsync("/api/renders", null, foreign), 403);
            await ShouldBeRefusedAsync(locked.PostAsync("/api/renders", new MultipartFormDataContent(), s_operator, foreign), 403);
            await ShouldBeRefusedAsync(PressAsync(locked, token, s_operator, cookie, foreign), 403);
        }
    }

    [Fact]
    public async Task A_page_of_ours_and_a_program_change_what_they_may()
    {
        await using var world = await DoorWorld.StartAsync();
        var origin = world.Address.GetLeftPart(UriPartial.Authority);

        foreach (var headers in new (string Name, string Value)[][] { [], [("Sec-Fetch-Site", "same-origin"), ("Origin", origin)], [("Sec-Fetch-Site", "none")], [("Origin", origin)] })
        {
            using var answer = await world.PostAsync("/api/renders", null, headers);
            (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("CHANGED by dashboard");
        }
    }

    [Fact]
    public async Task A_key_needs_no_token_and_no_origin_of_ours()
    {
        await using var world = await DoorWorld.StartAsync(s_passwords);
        var key = KeyDoorTests.Bearer(world.Keys.Give("tools", ApiKeyRole.Operator));

        using var answer = await world.PostAsync("/act/resume", null, key, ("Origin", "https://tools.example"), ("Sec-Fetch-Site", "cross-site"));

        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("CHANGED by key:tools");
    }

    [Fact]
    public async Task A_foreign_page_gets_no_socket()
    {
        await using var world = await DoorWorld.StartAsync();

        await ShouldBeRefusedAsync(world.GetAsync("/api/who", ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Origin", "https://evil.example")), 403);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused_and_breaks_nothing()
    {
        await using var world = await DoorWorld.StartAsync();
        var (cookie, _) = await ShownAsync(world);
        using var body = new StringContent("--x\r\nbroken");
        body.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };

        await ShouldBeRefusedAsync(world.PostAsync("/act/resume", body, cookie), 400);
    }

    [Theory]
    [InlineData("GET", false, "cross-site", null, true)]
    [InlineData("GET", true, "cross-site", null, false)]
    [InlineData("GET", true, null, "https://renders.example", true)]
    [InlineData("DELETE", false, null, null, true)]
    [InlineData("DELETE", false, null, "https://renders.example", true)]
    [InlineData("DELETE", false, null, "https://RENDERS.example:443", true)]
    [InlineData("DELETE", false, null, "http://renders.example", false)]
    [InlineData("DELETE", false, null, "https://renders.example:8443", false)]
    [InlineData("DELETE", false, null, "https://renders.example.evil.example", false)]
    [InlineData("DELETE", false, null, "", false)]
    [InlineData("DELETE", false, "", null, false)]
    [InlineData("DELETE", false, "same-origin", "https://evil.example", true)]
    [InlineData("BREW", false, "cross-site", null, false)]
    public void A_browser_says_whose_page_it_is(string method, bool upgrade, string? site, string? origin, bool allowed) =>
        CrossOrigin.Allows(method, upgrade, site, origin, "https", new HostString("renders.example")).ShouldBe(allowed);

    private static (string Name, string Value) Basic(string user, string password) => ("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>The page's cookie and token.</summary>
    private static async Task<((string Name, string Value) Cookie, string Token)> ShownAsync(DoorWorld world, params (string Name, string Value)[] headers)
    {
        using var page = await world.GetAsync("/form", headers);
        var cookie = page.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldStartWith("renders-form=");
        cookie.ShouldContain("samesite=strict");
        cookie.ShouldContain("httponly");
        return (("Cookie", cookie.Split(';')[0]), await page.Content.ReadAsStringAsync(Cancellation));
    }

    private static Task<HttpResponseMessage> PressAsync(DoorWorld world, string? token, params (string Name, string Value)[] headers) =>
        world.PostAsync("/act/resume", new FormUrlEncodedContent(token is null ? [] : [new(FormTokens.Field, token)]), headers);

    private static async Task ShouldBeRefusedAsync(Task<HttpResponseMessage> asked, int status)
    {
        using var answer = await asked;
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldNotContain("CHANGED");
    }
}
