using Microsoft.Playwright;

namespace Bickford.Renders.IntegrationTests.Web;

/// <summary>What holds for each page: nothing on the console, nothing in the way of a keyboard, a screen reader or a thumb.</summary>
[Collection(DashboardWorld.Name)]
public sealed class EveryPageTests(DashboardWorld world)
{
    private static readonly string s_axe = Path.Combine(ProjectFolder(), "Web", "node_modules", "axe-core", "axe.min.js");

    [Fact]
    public async Task None_says_an_error_on_the_console_and_none_breaks_its_own_security_policy()
    {
        await using var tab = await world.OpenAsync("/");
        foreach (var path in await PathsAsync())
        {
            await tab.Page.GotoAsync(path);
            await tab.HoldsAsync("document.getElementById('live').textContent === 'Live'");
            tab.Errors.ShouldBeEmpty(path);
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task None_has_a_serious_barrier(ColorScheme scheme)
    {
        File.Exists(s_axe).ShouldBeTrue($"{s_axe} is missing: run 'npm ci' there, as ops/test does");
        await using var tab = await world.OpenAsync("/", options => (options.ColorScheme, options.BypassCSP) = (scheme, true));
        foreach (var path in await PathsAsync())
        {
            await tab.Page.GotoAsync(path);
            await tab.Page.EvaluateAsync("document.querySelectorAll('details[data-hold]').forEach(one => one.open = true)");
            await tab.Page.AddScriptTagAsync(new PageAddScriptTagOptions { Path = s_axe });
            var found = await tab.Page.EvaluateAsync<string[]>("""
                async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                    .filter(one => one.impact === 'serious' || one.impact === 'critical')
                    .map(one => `${one.id}: ${one.nodes.map(node => node.html).slice(0, 3).join(' | ')}`)
                """);
            found.ShouldBeEmpty($"{path} in {scheme}");
        }
    }

    [Fact]
    public async Task Each_fits_a_phone_and_what_is_touched_is_large_enough_for_a_finger()
    {
        await using var tab = await world.OpenAsync("/", static options => options.ViewportSize = new ViewportSize { Width = 390, Height = 844 });
        foreach (var path in await PathsAsync())
        {
            await tab.Page.GotoAsync(path);
            (await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, path);
            var small = await tab.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('main button, main .button, main summary, main select, main input:not([type=hidden]):not([type=checkbox]), main label:has(> input[name=id]), nav a')]
                    .filter(one => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0 && !one.closest('details:not([open]) > :not(summary)'))
                    .filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 120))
                """);
            small.ShouldBeEmpty(path);
        }
    }

    [Fact]
    public async Task Each_can_be_walked_by_keyboard_from_its_first_link_to_its_content()
    {
        await using var tab = await world.OpenAsync("/failed");

        await tab.Page.Keyboard.PressAsync("Tab");
        (await tab.Page.EvaluateAsync<string>("document.activeElement.textContent")).ShouldBe("Skip to the content");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.HoldsAsync("document.activeElement.id === 'main'");
        await tab.Page.Keyboard.PressAsync("Tab");
        (await tab.Page.EvaluateAsync<bool>("document.getElementById('main').contains(document.activeElement) && document.activeElement.id !== 'main'")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_render_that_is_not_there_and_a_filter_that_means_nothing_are_said_in_words()
    {
        await using var tab = await world.OpenAsync("/renders");

        var missing = await tab.Page.GotoAsync($"/renders/{Guid.Empty:D}");
        missing!.Status.ShouldBe(404);
        (await tab.Page.TextContentAsync("h1")).ShouldBe("No such render");

        var wrong = await tab.Page.GotoAsync("/renders?status=Done");
        wrong!.Status.ShouldBe(400);
        (await tab.Page.TextContentAsync(".notice.bad"))!.ShouldContain("status: 'Done' is not known; allowed: Queued");
    }

    private async Task<IReadOnlyList<string>> PathsAsync() =>
    [
        "/", "/new", "/failed", "/overview", "/renders?text=nothing+has+this", $"/renders/{await world.FindAsync("A lighthouse in fog"):D}", $"/renders/{await world.FindAsync("A celebrity sells tea"):D}",
        "/bulk?of=all&do=again&status=Failed",
    ];

    private static string ProjectFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); ; folder = folder.Parent!)
        {
            if (folder.GetFiles("*.csproj").Length > 0)
                return folder.FullName;
        }
    }
}
