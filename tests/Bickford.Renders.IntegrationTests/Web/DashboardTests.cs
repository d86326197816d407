using System.Text.RegularExpressions;
using Bickford.Renders.IntegrationTests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bickford.Renders.IntegrationTests.Web;

/// <summary>The dashboard as somebody uses it, in a real browser on a real worker.</summary>
[Collection(DashboardWorld.Name)]
public sealed partial class DashboardTests(DashboardWorld world)
{
    [Fact]
    public async Task A_render_that_is_handed_in_appears_moves_and_completes_without_a_reload()
    {
        await using var tab = await world.OpenAsync("/renders");
        await Expect(tab.Page.Locator("#live")).ToHaveTextAsync("Live");
        await tab.Page.EvaluateAsync("window.stays = true");

        await world.EnqueueAsync("Paper boats on a pond");

        var row = tab.Page.Locator("tbody tr", new PageLocatorOptions { HasText = "Paper boats on a pond" });
        await Expect(row.Locator(".chip")).ToHaveTextAsync("Completed");
        (await tab.Page.EvaluateAsync<bool>("window.stays === true")).ShouldBeTrue();
        tab.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_types_or_has_selected_is_not_disturbed_and_sees_that_the_page_waits()
    {
        await using var tab = await world.OpenAsync("/renders");
        await Expect(tab.Page.Locator("#live")).ToHaveTextAsync("Live");
        await tab.Page.Locator("input[name=text]").FillAsync("half a wo");

        await world.EnqueueAsync("Snow on a fence");
        await Expect(tab.Page.Locator("#live")).ToHaveTextAsync("Paused");
        await Expect(tab.Page.Locator("input[name=text]")).ToHaveValueAsync("half a wo");
        await Expect(tab.Page.Locator("input[name=text]")).ToBeFocusedAsync();

        await tab.Page.Locator("input[name=text]").BlurAsync();
        await Expect(tab.Page.Locator("tbody tr", new PageLocatorOptions { HasText = "Snow on a fence" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_failed_render_is_resumed_and_completes()
    {
        await using var tab = await world.OpenAsync("/failed");
        var stopped = tab.Page.Locator("article", new PageLocatorOptions { HasText = "A locked garden opens" });

        await stopped.GetByRole(AriaRole.Button, new() { Name = "Resume free" }).ClickAsync();

        await Expect(tab.Page.Locator(".notice.good")).ToContainTextAsync("goes on from where it stopped");
        await CompletedAsync("A locked garden opens");
        await Expect(stopped).ToHaveCountAsync(0);
        (await ActorsAsync("A locked garden opens", "render.resumed")).ShouldBe(["dashboard"]);
        tab.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_prompt_is_edited_and_rendered_again_at_the_price_that_the_button_says()
    {
        await using var tab = await world.OpenAsync("/failed");
        var stopped = tab.Page.Locator("article", new PageLocatorOptions { HasText = "A celebrity sells soup" });

        await stopped.GetByText("Edit prompt and render again…").ClickAsync();
        await Expect(stopped.Locator("textarea")).ToBeFocusedAsync();
        await stopped.Locator("textarea").FillAsync("A cook sells soup");
        await stopped.GetByRole(AriaRole.Button, new() { Name = "Render again with this prompt $0.40" }).ClickAsync();

        await Expect(tab.Page.Locator(".notice.good")).ToContainTextAsync("costs $0.40");
        await Expect(tab.Page.Locator(".title .chip")).ToHaveTextAsync("Completed");
        await Expect(tab.Page.Locator(".tree li")).ToHaveCountAsync(2);
        await Expect(tab.Page.Locator(".sealed")).ToContainTextAsync("is whole and fits the row");
    }

    [Fact]
    public async Task A_new_render_is_written_with_hints_and_then_remixed()
    {
        await using var tab = await world.OpenAsync("/new");
        await tab.Page.Locator("#new-prompt").FillAsync("Mickey Mouse in fog");
        await Expect(tab.Page.Locator("#new-hints li").First).ToContainTextAsync("May be refused, characters");

        await tab.Page.Locator("#new-prompt").FillAsync("Wide shot of a ferry that leaves the harbour at dusk");
        await Expect(tab.Page.Locator("#new-hints")).ToBeHiddenAsync();
        await tab.Page.GetByLabel("Made with").SelectOptionAsync("intent:Draft");
        await tab.Page.GetByLabel("Tags").FillAsync("film, ferry");
        await tab.Button("Render costs money").ClickAsync();
        await Expect(tab.Page.Locator(".notice.good")).ToContainTextAsync("costs $0.40");

        await Expect(tab.Page.Locator(".title .chip")).ToHaveTextAsync("Completed");
        await tab.Page.GetByText("Remix…").ClickAsync();
        await tab.Page.GetByLabel("What to change in this video").FillAsync("The same in snow");
        await tab.Button("Remix $0.40").ClickAsync();
        await Expect(tab.Page.Locator(".notice.good")).ToContainTextAsync("This remix is");
        await Expect(tab.Page.Locator(".title .chip")).ToHaveTextAsync("Completed");
        tab.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_adopts_its_video()
    {
        await using var tab = await world.OpenAsync("/failed");
        var stopped = tab.Page.Locator("article", new PageLocatorOptions { HasText = "A train crosses the viaduct" });
        var video = world.World.Simulator.Videos.Creates.Single(one => one.Prompt == "A train crosses the viaduct").Id;

        await stopped.GetByText("Adopt video id…").ClickAsync();
        await stopped.GetByLabel("The provider's id of the video").FillAsync("video_that_is_none");
        await stopped.GetByRole(AriaRole.Button, new() { Name = "Adopt free" }).ClickAsync();
        await Expect(tab.Page.Locator(".notice.bad")).ToContainTextAsync("the id of a video the provider knows");

        await stopped.GetByText("Adopt video id…").ClickAsync();
        await stopped.GetByLabel("The provider's id of the video").FillAsync(video);
        await stopped.GetByRole(AriaRole.Button, new() { Name = "Adopt free" }).ClickAsync();
        await Expect(tab.Page.Locator(".notice.good")).ToContainTextAsync("has its video");
        await CompletedAsync("A train crosses the viaduct");
    }

    [Fact]
    public async Task Everything_that_matches_a_filter_is_resumed_after_a_look_at_what_it_costs_and_with_a_reason()
    {
        await using var tab = await world.OpenAsync("/renders?status=Parked&text=Lanterns");
        await Expect(tab.Page.Locator("tbody tr")).ToHaveCountAsync(3);

        await tab.Button("with all that match…").ClickAsync();
        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Resume 3 renders?");
        await Expect(tab.Page.Locator(".cost")).ToContainTextAsync("free");
        await tab.Page.GetByLabel("Reason, for the ledger").FillAsync("quota was raised");
        await tab.Button("Resume 3 renders free").ClickAsync();

        await Expect(tab.Page.Locator(".notice.good")).ToHaveTextAsync("3 resumed.");
        foreach (var take in new[] { 1, 2, 3 })
        {
            await CompletedAsync($"Lanterns, take {take}");
            (await ActorsAsync($"Lanterns, take {take}", "render.resumed")).ShouldBe(["dashboard: quota was raised"]);
        }
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_pays_once()
    {
        await using var tab = await world.OpenAsync($"/renders/{await world.FindAsync("A lighthouse in fog"):D}");
        var form = tab.Page.Locator("form[action$='/again']");
        var fields = await form.Locator("input").EvaluateAllAsync<Dictionary<string, string>[]>("inputs => inputs.map(one => ({ name: one.name, value: one.value }))");
        var sent = tab.Requests.CreateFormData();
        foreach (var field in fields)
            sent.Set(field["name"], field["value"]);
        var action = (await form.GetAttributeAsync("action"))!;

        var first = await tab.Requests.PostAsync(action, new() { Form = sent, MaxRedirects = 0 });
        var second = await tab.Requests.PostAsync(action, new() { Form = sent, MaxRedirects = 0 });

        (first.Status, second.Status).ShouldBe((303, 303));
        first.Headers["location"].Split('?')[0].ShouldBe(second.Headers["location"].Split('?')[0]);
        (await world.World.CountAsync("SELECT count(*) FROM renders WHERE prompt = 'A lighthouse in fog'")).ShouldBe(2);
    }

    [Fact]
    public async Task The_video_plays_and_can_be_sought_in()
    {
        await using var tab = await world.OpenAsync($"/renders/{await world.FindAsync("A lighthouse in fog"):D}");
        var video = tab.Page.Locator("video");

        await video.EvaluateAsync("async one => { one.muted = true; await one.play(); }");
        await tab.HoldsAsync("document.querySelector('video').currentTime > 0.2");
        await video.EvaluateAsync("one => { one.pause(); one.currentTime = 1.5; }");
        await tab.HoldsAsync("(one => one.readyState >= 2 && !one.seeking && one.currentTime === 1.5)(document.querySelector('video'))");

        tab.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_script_a_page_shows_the_same_and_its_buttons_work()
    {
        await using var tab = await world.OpenAsync($"/renders/{await world.FindAsync("A storm at sea"):D}", static options => options.JavaScriptEnabled = false);
        await Expect(tab.Page.Locator(".why")).ToContainTextAsync("ended it without a usable video");

        await tab.Page.GetByText("Cancel…").ClickAsync();
        await tab.Button("Cancel this render").ClickAsync();

        await Expect(tab.Page.Locator(".notice.good")).ToContainTextAsync("is cancelled");
        await Expect(tab.Page.Locator(".title .chip")).ToHaveTextAsync("Cancelled");
    }

    [Fact]
    public async Task Whoever_may_only_look_sees_no_button()
    {
        var (worker, url) = await world.ServeAsync(("Dashboard__ReadOnly", "true"));
        await using var ends = worker;
        foreach (var path in new[] { "/renders", "/failed", $"/renders/{await world.FindAsync("A celebrity sells tea"):D}", "/bulk?of=all&do=again&status=Failed" })
        {
            await using var tab = await world.OpenAsync(path, url: url);
            (await tab.Page.Locator("form[method=post], input[name=id]").CountAsync()).ShouldBe(0, path);
        }
    }

    private Task CompletedAsync(string prompt) => Eventually.HoldsAsync($"'{prompt}' is completed", async () =>
        await world.World.CountAsync($"SELECT count(*) FROM renders WHERE prompt = '{prompt}' AND status = 'Completed'") == 1);

    private async Task<IReadOnlyList<string>> ActorsAsync(string prompt, string type) =>
    [
        .. (await world.World.QueryAsync($"SELECT payload FROM ledger_events e JOIN renders r ON r.id = e.render_id WHERE r.prompt = '{prompt}' AND e.type = '{type}'"))
            .Select(static row => ActorField().Match((string)row["payload"]!).Groups[1].Value),
    ];

    [GeneratedRegex("\"actor\":\"([^\"]*)\"")]
    private static partial Regex ActorField();
}
