using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Tests.Doors;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The doors of the real program.</summary>
public sealed class DoorsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_made_on_the_command_line_opens_the_running_worker_until_it_is_revoked()
    {
        await using var world = await World.StartAsync();
        world.Settings["Dashboard__OperatorPassword"] = "operator-password-1";
        var made = await world.RunJsonAsync("keys", "create", "--name", "ci", "--role", "viewer", "--expires", "1d");
        var key = made["key"]!.GetValue<string>();
        await using var worker = world.Start("serve", "--json");
        using var http = new HttpClient { BaseAddress = await AddressAsync(worker) };

        (await StatusAsync(http, null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(http, key[..^1] + "x")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(http, key)).ShouldBe(HttpStatusCode.OK);
        using var page = await http.GetAsync(new Uri("/health/live", UriKind.Relative), Cancellation);
        page.Headers.Contains("Server").ShouldBeFalse();
        page.Headers.Contains("Content-Security-Policy").ShouldBeTrue();

        var listed = (await world.RunJsonAsync("keys", "list"))["keys"]![0]!;
        (listed["name"]!.GetValue<string>(), listed["state"]!.GetValue<string>()).ShouldBe(("ci", "good"));
        listed["last_used_at"].ShouldNotBeNull();
        (await world.RunAsync("keys", "revoke", "ci")).ExitCode.ShouldBe(0);
        (await StatusAsync(http, key)).ShouldBe(HttpStatusCode.Unauthorized);

        await StopAsync(worker);
        (worker.Output + worker.Error).ShouldNotContain(key[17..]);
        foreach (var file in Directory.GetFiles(world.Folder, "renders.db*"))
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancellation)).ShouldNotContain(key[17..]);
    }

    [Fact]
    public async Task A_viewers_key_changes_nothing_over_the_API_and_the_ledger_names_the_operators()
    {
        await using var world = await World.StartAsync();
        world.Settings["Jobs__PollFirst"] = "00:10:00";
        world.Settings["Jobs__PollMax"] = "00:10:00";
        var viewer = (await world.RunJsonAsync("keys", "create", "--name", "watch", "--role", "viewer"))["key"]!.GetValue<string>();
        var person = (await world.RunJsonAsync("keys", "create", "--name", "ci", "--role", "operator"))["key"]!.GetValue<string>();
        var id = (await world.RunJsonAsync("render", "A lighthouse in fog"))["id"]!.GetValue<string>();
        await using var worker = world.Start("serve", "--json");
        using var http = new HttpClient { BaseAddress = await AddressAsync(worker) };

        foreach (var path in new[] { "/api/renders", "/api/renders/batch", $"/api/renders/{id}/resume", $"/api/renders/{id}/again", $"/api/renders/{id}/adopt", $"/api/renders/{id}/cancel", $"/api/renders/{id}/remix" })
            (await PostAsync(http, path, viewer)).ShouldBe(HttpStatusCode.Forbidden, path);
        (await world.CountAsync("SELECT count(*) FROM renders")).ShouldBe(1);
        (await world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Cancelled'")).ShouldBe(0);

        (await PostAsync(http, $"/api/renders/{id}/cancel", person)).ShouldBe(HttpStatusCode.OK);
        // At once, or asked for while a step ran: whichever it was has his name.
        (await world.CountAsync("SELECT count(*) FROM ledger_events WHERE type IN ('render.cancelled', 'render.cancel_requested') AND payload LIKE '%\"key:ci\"%'")).ShouldBeGreaterThanOrEqualTo(1);
        await StopAsync(worker);
    }

    [Fact]
    public async Task Who_signed_in_at_one_worker_is_known_to_the_next_one_and_after_a_restart()
    {
        await using var provider = await OidcProvider.StartAsync();
        provider.Person = new() { ["sub"] = "1234", ["preferred_username"] = "anna", ["roles"] = "studio" };
        await using var world = await World.StartAsync();
        foreach (var flag in provider.Flags())
            world.Settings[flag.Split('=')[0].Replace(":", "__", StringComparison.Ordinal)] = flag.Split('=', 2)[1];
        await using var first = world.Start("serve", "--json");
        var address = await AddressAsync(first);
        using var browser = new Browser(address);

        (await browser.OpenAsync("/")).Status.ShouldBe(200);
        await StopAsync(first);
        await using var second = world.Start("serve", "--json");
        var next = await AddressAsync(second);

        (await browser.OnceAsync(new Uri(next, "/").ToString())).Status.ShouldBe(200);
        provider.TokensGiven.ShouldBe(1);
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = next };
        (await StatusAsync(stranger, null)).ShouldBe(HttpStatusCode.Unauthorized);
        await StopAsync(second);
        // The keys that seal the cookies are in the database, and whoever reads them there reads nothing.
        var kept = (string)(await world.QueryAsync("SELECT content FROM page_keys")).ShouldHaveSingleItem()["content"]!;
        Encoding.Latin1.GetString(Convert.FromBase64String(kept)).ShouldNotContain("key id");
        (first.Output + first.Error + second.Output + second.Error).ShouldNotContain(OidcProvider.ClientSecret);
    }

    [Fact]
    public async Task Doors_that_do_not_go_together_stop_the_start_with_one_line_each()
    {
        await using var world = await World.StartAsync();
        world.Settings["Dashboard__Proxy__UserHeader"] = "X-Forwarded-User";
        world.Settings["Dashboard__Proxy__Everybody"] = "Viewer";
        world.Settings["Dashboard__Oidc__ClientSecret"] = "0123456789abcdef";

        var refused = await world.RunAsync("serve");

        refused.ExitCode.ShouldBe(2);
        refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")[0]).ShouldBe(["Dashboard:Oidc:ClientSecret", "Dashboard:Proxy:UserHeader"]);
        refused.Error.ShouldNotContain("0123456789abcdef");
    }

    private static async Task<Uri> AddressAsync(RendersProcess worker)
    {
        await Eventually.HoldsAsync("it listens", () => Task.FromResult(worker.Output.Contains("urls", StringComparison.Ordinal)));
        return new Uri(JsonNode.Parse(worker.Output)!["urls"]![0]!.GetValue<string>());
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
        if (key is not null)
            request.Headers.Authorization = new("Bearer", key);
        using var answer = await http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent("{}", Encoding.UTF8, path.EndsWith("/batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json") };
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static async Task StopAsync(RendersProcess worker)
    {
        worker.Terminate();
        (await worker.WaitAsync()).ExitCode.ShouldBe(0, worker.Error);
    }
}
