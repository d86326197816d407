using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Data;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Tests.Worker.Web;
using Bickford.Renders.Worker.Output;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker.Hostile;

/// <summary>Text of prompts and servers on its way to people: on pages, terminals and in logs it is text, and in the database too.</summary>
public sealed class HostileTextTests
{
    private const string Evil = "<script>alert(1)</script><img src=x onerror=\"y\">'; DROP TABLE renders; -- \u001b[2J\u001b]0;owned\u0007 \u202Egpj.exe [red]x[/] $(reboot) \r\nSet-Cookie: a=b";

    private static readonly char[] Steering = ['\u001b', '\u0007', '\u202E', '\u009b'];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Render Failed => Rows.At(RenderStep.Poll).Stopped(RenderStatus.Failed) with { Prompt = Evil, VideoId = Evil, Model = Evil, Message = Evil, Tags = [Evil], TraceParent = Evil };

    [Theory]
    [InlineData("/renders/{id}")]
    [InlineData("/failed")]
    [InlineData("/")]
    public async Task On_a_page_it_is_no_markup(string path)
    {
        await using var world = await PagesWorld.StartAsync(Failed);

        var html = await world.ReadAsync(path.Replace("{id}", Failed.Id.ToString("D"), StringComparison.Ordinal));

        html.ShouldContain("&lt;script&gt;");
        foreach (var markup in new[] { "<script>", "<img src=x", "onerror=\"" })
            html.ShouldNotContain(markup);
        html.IndexOfAny(Steering).ShouldBe(-1);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "9f04f303")]
    [InlineData("ledger", "tail")]
    public async Task On_a_terminal_it_steers_nothing(params string[] verb)
    {
        var world = new CliWorld();
        var evil = Failed with { Id = Sample.Id };
        var payload = RenderEvents.Of(evil, RenderEvents.Failed).Payload.ToJsonString();
        var entry = new LedgerEvent(1, Guid.AllBitsSet, LedgerHash.StreamOf(Sample.Id), Sample.Id, 1, "render.failed", Rows.Now, payload, LedgerHash.Genesis, new string('c', 64));
        world.Store.FindIdsAsync("9f04f303", Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([Sample.Id]);
        world.Renders.GetAsync(Sample.Id, Arg.Any<CancellationToken>()).Returns(evil);
        world.Renders.ListAsync(Arg.Any<RenderFilter>(), Arg.Any<string?>(), Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns(new RenderPage([evil], null));
        world.Ledger.ReadAsync(Arg.Any<long>(), Arg.Any<string?>(), Arg.Any<CancellationToken>()).Returns(_ => new[] { entry }.ToAsyncEnumerable());
        world.Ledger.TailAsync(Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([entry]);

        var result = await world.RunAsync(verb);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldContain(verb[0] == "ledger" ? "render.failed" : "script");
        result.Out.IndexOfAny(Steering).ShouldBe(-1, result.Out);
        (await world.RunAsync([.. verb, "--json"])).Out.IndexOfAny(Steering).ShouldBe(-1);
    }

    [Fact]
    public void In_a_log_it_begins_no_line_and_neither_does_an_exception_that_quotes_it()
    {
        using var written = new StringWriter();
        var formatter = new LineFormatter(new ManualTime(Rows.Now));

        formatter.Write(new LogEntry<string>(LogLevel.Error, "c", default, Evil, new InvalidOperationException(Evil, new IOException(Evil)), static (state, _) => state), null, written);

        var lines = written.ToString().TrimEnd().Split(Environment.NewLine);
        lines[0].ShouldContain("Set-Cookie: a=b");
        lines[1..].ShouldAllBe(static line => line.StartsWith("   ", StringComparison.Ordinal));
        written.ToString().IndexOfAny(Steering).ShouldBe(-1);
    }

    [Fact]
    public async Task In_the_database_it_is_a_value()
    {
        await using var data = await SqliteFixture.CreateAsync();
        await data.Store.InsertAsync(Failed, [RenderEvents.Of(Failed, RenderEvents.Failed)], Cancel);

        var row = (await data.Store.GetAsync(Failed.Id, Cancel))!;

        (row.Prompt, row.VideoId, row.Message, row.Tags.Single()).ShouldBe((Evil, Evil, Evil, Evil));
        (await data.Store.FindOwnedVideoIdsAsync([Evil, "' OR '1'='1"], Cancel)).ShouldBe([Evil]);
        (await data.Store.ListAsync(new RenderFilter { Text = "%' OR 1=1 --", Tag = "'", Model = "x' --" }, null, 10, Cancel)).ShouldBeEmpty();
        JsonNode.Parse((await data.Ledger.ReadAsync(0, LedgerHash.StreamOf(Failed.Id), Cancel).SingleAsync(Cancel)).Payload)!["message"]!.GetValue<string>().ShouldBe(Evil);
    }

    [Fact]
    public void In_a_row_it_is_short()
    {
        var video = Rows.VideoOf(Rows.Queued(), status: Videos.VideoStatus.Failed) with { StatusText = new string('s', 1 << 20), Error = new Videos.VideoError(new string('c', 1 << 20), new string('m', 10 << 20)) };

        var failed = Rows.Machine().Apply(Rows.At(RenderStep.Poll).Leased(), new StepOutcome.Seen(video), Rows.Now, 0.5);

        failed.Next.Message!.Length.ShouldBeLessThanOrEqualTo(StepFault.MaxMessageLength);
        failed.Entries.ShouldAllBe(static entry => entry.Payload.ToJsonString().Length < 10_000);
    }
}
