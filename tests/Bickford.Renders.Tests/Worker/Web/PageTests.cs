using System.Net;
using System.Text.RegularExpressions;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Webhooks;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>Pages show texts that strangers wrote: they stay texts. And what changes something is asked for by a form of these pages.</summary>
public sealed partial class PageTests
{
    private const string Evil = "</td><script>alert(1)</script><img src=x onerror=alert(2)>\"'";

    private static Render Failed => Rows.Started().Stopped(RenderStatus.Failed, RenderCause.ProviderFailed) with { Prompt = Evil, Message = Evil, Model = Evil, Tags = [Evil], VideoId = Evil };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/failed")]
    [InlineData("/renders/{id}")]
    [InlineData("/bulk?of=all&do=again&text=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/new?prompt=%3Cscript%3Ealert(1)%3C/script%3E&tags=%3Cscript%3E")]
    public async Task Markup_in_a_prompt_a_message_or_an_address_stays_text(string path)
    {
        await using var world = await PagesWorld.StartAsync(Failed);

        var page = await world.ReadAsync(path.Replace("{id}", Failed.Id.ToString("D"), StringComparison.Ordinal));

        page.ShouldContain("&lt;script&gt;alert(1)");
        page.ShouldNotContain("<script>");
        page.ShouldNotContain("<img src=x");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/failed")]
    [InlineData("/overview")]
    [InlineData("/new")]
    [InlineData("/renders/{id}")]
    public async Task Nothing_on_a_page_needs_inline_script_or_style(string path)
    {
        await using var world = await PagesWorld.StartAsync(Rows.Started().Stopped(RenderStatus.Parked, RenderCause.AmbiguousCreate));

        var page = await world.ReadAsync(path.Replace("{id}", Failed.Id.ToString("D"), StringComparison.Ordinal));

        Inline().Matches(page).Select(static match => match.Value).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_of_a_batch_says_how_the_batch_stands_and_each_render_of_one_leads_there()
    {
        var sum = new BatchSum(Evil, new Dictionary<RenderStatus, long> { [RenderStatus.Completed] = 3, [RenderStatus.Queued] = 1 }, 2, 1.5m, 0, 75, Rows.Now, Rows.Now);
        await using var world = await PagesWorld.StartAsync(views => views.SumBatchAsync("spring 1", Arg.Any<CancellationToken>()).Returns(sum), Failed with { Batch = "spring 1" });

        var page = await world.ReadAsync("/renders?batch=spring%201");

        page.ShouldContain("75%, 3 of 4 ended; $1.50 of $2.00 by list prices");
        page.ShouldContain("&lt;script&gt;alert(1)");
        page.ShouldContain("href=\"/renders?batch=spring%201\"");
        page.ShouldContain("name=\"batch\" value=\"spring 1\"");
        (await world.ReadAsync("/renders")).ShouldNotContain("by list prices");
    }

    [Fact]
    public async Task The_overview_shows_each_budget_with_what_is_spent_of_it()
    {
        await using var world = await PagesWorld.StartAsync(Failed with { Tags = ["ads"], Cost = 1.5m });
        (await world.ReadAsync("/overview")).ShouldNotContain("Budgets");

        (world.Options.Budget.PerDay, world.Options.Budget.Tags["ads"], world.Options.Budget.Tags[Evil]) = (2, new TagBudget { PerMonth = 3 }, new TagBudget { PerDay = 0 });
        var page = await world.ReadAsync("/overview");

        page.ShouldContain("<dd>$1.50<small> of $2.00</small></dd>");
        page.ShouldContain("Budget:PerDay");
        page.ShouldContain("Budget:Tags:ads:PerMonth");
        page.ShouldContain("value=\"0.75\"");
        page.ShouldContain("value=\"0.5\"");
        page.ShouldNotContain("<script>");
    }

    [Fact]
    public async Task The_overview_shows_where_each_hook_stands_and_what_it_gave_up_on()
    {
        await using var world = await PagesWorld.StartAsync(Failed);
        (await world.ReadAsync("/overview")).ShouldNotContain("Hooks");

        world.Hooks.All.Returns([new Hook { Name = "studio", Url = new Uri("https://studio.example/secret-path"), Secrets = [] }]);
        world.HookStore.ListAsync(Arg.Any<CancellationToken>()).ReturnsForAnyArgs([new HookState("studio", 1, 0, null, null, Rows.Now)]);
        world.HookStore.CountDeadLettersAsync(Arg.Any<CancellationToken>()).ReturnsForAnyArgs(new Dictionary<string, long> { ["studio"] = 12 });
        var letter = new DeadLetter("studio", Failed.Id, 1, "render.failed", 16, Evil, Rows.Now, Rows.Now);
        world.HookStore.ListDeadLettersAsync(null, 0, 0, Arg.Any<CancellationToken>()).ReturnsForAnyArgs([letter]);
        var page = await world.ReadAsync("/overview");

        page.ShouldContain("https://studio.example");
        page.ShouldNotContain("secret-path");
        page.ShouldContain("12 dead letters");
        page.ShouldContain(letter.EventId.ToString("D"));
        page.ShouldNotContain("<script>");
    }

    [Theory]
    [InlineData("/act/renders/{id}/resume")]
    [InlineData("/act/renders/{id}/again")]
    [InlineData("/act/renders/{id}/cancel")]
    [InlineData("/act/new")]
    [InlineData("/act/bulk")]
    [InlineData("/act/bulk/more")]
    public async Task A_form_that_no_page_gave_out_changes_nothing(string path)
    {
        await using var world = await PagesWorld.StartAsync(Failed);
        using var form = new FormUrlEncodedContent([new("do", "again"), new("reason", "because"), new("__RequestVerificationToken", "made-up")]);

        using var answer = await world.Http.PostAsync(new Uri(path.Replace("{id}", Failed.Id.ToString("D"), StringComparison.Ordinal), UriKind.Relative), form, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("This form is not from a page that you were shown");
    }

    [Fact]
    public async Task A_message_that_somebody_wrote_into_a_link_is_not_shown()
    {
        await using var world = await PagesWorld.StartAsync();

        (await world.ReadAsync("/renders?said=Send+your+password+to+evil.example")).ShouldNotContain("class=\"notice ");
    }

    [Fact]
    public async Task Where_there_is_nothing_a_page_says_what_to_do_next()
    {
        await using var world = await PagesWorld.StartAsync();

        (await world.ReadAsync("/")).ShouldContain("No renders yet");
        (await world.ReadAsync("/renders?text=boat")).ShouldContain("No render matches");
        (await world.ReadAsync("/failed")).ShouldContain("Nothing waits for you");
        (await world.ReadAsync("/overview")).ShouldContain("Start one with");
    }

    [Fact]
    public async Task When_the_database_does_not_answer_a_page_says_so_and_nothing_of_what_is_inside()
    {
        await using var world = await PagesWorld.StartAsync(static views => views.LastChangeAsync(default).ThrowsAsyncForAnyArgs(new IOException("Host=db.internal;Password=secret")));

        using var answer = await world.Http.GetAsync(new Uri("/renders", UriKind.Relative), Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        page.ShouldContain("the database cannot be reached");
        page.ShouldNotContain("secret");
    }

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|<style|\son[a-z]+\s*=|\sstyle\s*=|javascript:""", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();
}
