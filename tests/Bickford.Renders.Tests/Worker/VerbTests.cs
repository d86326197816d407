using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Composition;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bickford.Renders.Tests.Worker;

public sealed class VerbTests
{
    private const string Payload = """{"prompt":"it's, \"so\" \u003c","status":"Queued"}""";
    private static readonly LedgerEvent Event = new(1, Guid.AllBitsSet, LedgerHash.StreamOf(Sample.Id), Sample.Id, 1, "render.enqueued", Sample.Noon, Payload, LedgerHash.Genesis, new string('c', 64));
    private readonly CliWorld _world = new();

    public VerbTests()
    {
        _world.Store.FindIdsAsync("9f04f303", Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([Sample.Id]);
        _world.Store.FindIdsAsync("beef", Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([Sample.Id, Guid.AllBitsSet]);
        _world.Renders.GetAsync(Sample.Id, Arg.Any<CancellationToken>()).Returns(Sample.Completed());
        _world.Ledger.ReadAsync(Arg.Any<long>(), Arg.Any<string?>(), Arg.Any<CancellationToken>()).Returns(_ => Events());
        _world.Ledger.TailAsync(Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([Event with { Seq = 2 }, Event]);
    }

    [Fact]
    public async Task List_passes_the_filter_on_and_prints_a_page()
    {
        AnyList().Returns(new RenderPage([Sample.Completed(), Sample.Failed()], "next"));

        var result = await _world.RunAsync("list", "--status", "failed", "--status", "Completed", "--cause", "policy", "--model", "m", "--tag", "t", "--text", "x", "--limit", "2", "--cursor", "c", "--json");

        var json = JsonNode.Parse(result.Out)!;
        json["next_cursor"]!.GetValue<string>().ShouldBe("next");
        json["renders"]!.AsArray().Select(r => r!["cause"]?.GetValue<string>()).ShouldBe([null, "Policy"]);
        await _world.Renders.Received(1).ListAsync(
            Arg.Is<RenderFilter>(f => f.Statuses.SequenceEqual(new[] { RenderStatus.Failed, RenderStatus.Completed }) && f.Causes.Single() == RenderCause.Policy && f.Model == "m" && f.Tag == "t" && f.Text == "x"),
            "c",
            2,
            Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task List_shows_prompts_as_text_whatever_they_hold()
    {
        AnyList().Returns(new RenderPage([Sample.Render() with { Prompt = "[/]\u001b[2J[red]" }], null));

        var result = await _world.RunAsync("list");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldContain("[/]\uFFFD[2J[red]");
    }

    [Fact]
    public async Task List_before_the_first_render_makes_no_database()
    {
        _world.HasDatabase = false;

        var result = await _world.RunAsync("list", "--json");

        JsonNode.Parse(result.Out)!["renders"]!.AsArray().ShouldBeEmpty();
        _world.Prepared.ShouldBeFalse();
    }

    [Theory]
    [InlineData("show", "9f04f303")]
    [InlineData("cancel", "9f04f303")]
    [InlineData("ledger", "verify")]
    [InlineData("ledger", "export")]
    [InlineData("cleanup", "--dry-run")]
    [InlineData("library")]
    public async Task Other_verbs_need_a_database_that_is_there(params string[] arguments)
    {
        _world.HasDatabase = false;

        var result = await _world.RunAsync(arguments);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("Database:ConnectionString: there is no database");
        _world.Prepared.ShouldBeFalse();
    }

    [Fact]
    public async Task Show_prints_the_render_and_its_ledger()
    {
        var text = await _world.RunAsync("show", "9f04f303");
        var json = JsonNode.Parse((await _world.RunAsync("show", Sample.Id.ToString(), "--json")).Out)!;

        text.ExitCode.ShouldBe(0, text.Error);
        text.Out.ShouldContain("A [bold] lighthouse");
        text.Out.ShouldContain("enqueued");
        json["render"]!["assets"]![0]!["kind"]!.GetValue<string>().ShouldBe("Video");
        json["ledger"]![0]!["type"]!.GetValue<string>().ShouldBe("render.enqueued");
    }

    [Theory]
    [InlineData("beef", "fits several renders")]
    [InlineData("abcd", "no render 'abcd'")]
    [InlineData("abc", "at least its last 4 hex digits")]
    [InlineData("lighthouse", "at least its last 4 hex digits")]
    public async Task An_id_that_names_no_single_render_is_told_clearly(string id, string problem)
    {
        _world.Store.FindIdsAsync("abcd", Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([]);

        var result = await _world.RunAsync("show", id);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(problem);
    }

    [Fact]
    public async Task A_whole_id_that_is_not_there_is_told_clearly()
    {
        var result = await _world.RunAsync("show", Guid.AllBitsSet.ToString());

        (result.ExitCode, result.Error).ShouldBe((2, $"id: no render '{Guid.AllBitsSet}'; see 'renders list' for the ids there are{Environment.NewLine}"));
    }

    [Fact]
    public async Task Actions_reach_the_library_with_the_command_line_as_actor()
    {
        _world.Renders.ResumeAsync(Sample.Id, "cli", Arg.Any<CancellationToken>()).Returns(Sample.Render() with { Message = "resumed" });
        _world.Renders.RenderAgainAsync(Sample.Id, "p", "k", "cli", Arg.Any<CancellationToken>()).Returns(Sample.Render() with { Message = "again" });
        _world.Renders.AdoptAsync(Sample.Id, "video_1", "cli", Arg.Any<CancellationToken>()).Returns(Sample.Render() with { Message = "adopted" });
        _world.Renders.CancelAsync(Sample.Id, "cli", Arg.Any<CancellationToken>()).Returns(Sample.Render() with { Message = "cancelled" });
        _world.Renders.RemixAsync(Sample.Id, new RemixRequest("p"), null, "cli", Arg.Any<CancellationToken>()).Returns(Sample.Render() with { Message = "remixed" });

        (await MessageAsync("resume", "9f04f303")).ShouldBe("resumed");
        (await MessageAsync("again", "9f04f303", "--prompt", "p", "--key", "k")).ShouldBe("again");
        (await MessageAsync("adopt", "9f04f303", "video_1")).ShouldBe("adopted");
        (await MessageAsync("cancel", "9f04f303")).ShouldBe("cancelled");
        (await MessageAsync("remix", "9f04f303", "p")).ShouldBe("remixed");
        _world.Renders.RemixAsync(Sample.Id, new RemixRequest("p") { Kind = RemixKind.Extension, Seconds = 4 }, null, "cli", Arg.Any<CancellationToken>()).Returns(Sample.Render() with { Message = "extended" });
        (await MessageAsync("remix", "9f04f303", "p", "--as", "extension", "--seconds", "4")).ShouldBe("extended");
        _world.Opened.ShouldBe(SessionKind.Look);
    }

    [Fact]
    public async Task An_action_that_does_not_fit_is_one_line_and_starts_no_engine()
    {
        _world.Renders.ResumeAsync(Sample.Id, Arg.Any<string?>(), Arg.Any<CancellationToken>()).ThrowsAsync(new RenderConflictException("render 9f04f303 is Completed"));

        var result = await _world.RunAsync("resume", "9f04f303", "--wait");

        (result.ExitCode, result.Error.TrimEnd()).ShouldBe((2, "render 9f04f303 is Completed"));
        _world.Started.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Verify_answers_with_its_exit_code(bool verified, int exitCode)
    {
        var fault = verified ? null : new LedgerFault(7, "renders/x", null, "payload changed");
        SealedWith(new SealCopiesReport(0, 0, 0, null, 0));
        _world.Ledger.VerifyAsync(Arg.Any<CancellationToken>()).Returns(new LedgerReport(verified, 9, 2, fault, verified ? 0 : 1));

        var text = await _world.RunAsync("ledger", "verify");
        var json = await _world.RunAsync("ledger", "verify", "--json");

        (text.ExitCode, json.ExitCode).ShouldBe((exitCode, exitCode));
        JsonNode.Parse(json.Out)!["verified"]!.GetValue<bool>().ShouldBe(verified);
        if (!verified)
            text.Out.ShouldContain("event 7, renders/x: payload changed");
    }

    [Fact]
    public async Task Verify_compares_the_copies_of_the_seals_too()
    {
        _world.Ledger.VerifyAsync(Arg.Any<CancellationToken>()).Returns(new LedgerReport(true, 9, 2, null, 0) { Seals = 3, SealedEvents = 8 });
        SealedWith(new SealCopiesReport(3, 2, 1, null, 0));
        var right = await _world.RunAsync("ledger", "verify");
        SealedWith(new SealCopiesReport(3, 2, 0, new LedgerFault(null, null, null, "seal 2: its copy is another") { Seal = 2 }, 1));
        var wrong = await _world.RunAsync("ledger", "verify");
        var json = JsonNode.Parse((await _world.RunAsync("ledger", "verify", "--json")).Out)!;

        (right.ExitCode, wrong.ExitCode).ShouldBe((0, 1));
        right.Out.ShouldContain("8 of them under 3 seals");
        right.Out.ShouldContain("2 of 3; 1 not written yet");
        wrong.Out.ShouldContain("1 fault. The first: seal 2: its copy is another");
        (json["verified"]!.GetValue<bool>(), json["first_fault"]!["seal"]!.GetValue<int>(), json["seals"]!.GetValue<int>()).ShouldBe((false, 2, 3));
    }

    [Fact]
    public async Task Verify_tells_what_the_database_says_when_the_store_cannot_be_reached()
    {
        _world.Ledger.VerifyAsync(Arg.Any<CancellationToken>()).Returns(new LedgerReport(true, 9, 2, null, 0));
        SealedWith(null).VerifyCopiesAsync(Arg.Any<CancellationToken>()).ThrowsAsync(new VideoStoreException("S3 store: it does not answer"));

        var result = await _world.RunAsync("ledger", "verify");

        result.ExitCode.ShouldBe(1);
        result.Out.ShouldContain("The ledger verifies.");
        result.Out.ShouldContain("could not be compared: S3 store: it does not answer");
    }

    private ILedgerSealer SealedWith(SealCopiesReport? copies)
    {
        var sealer = Substitute.For<ILedgerSealer>();
        sealer.VerifyCopiesAsync(Arg.Any<CancellationToken>()).Returns(copies!);
        _world.Parts[typeof(ILedgerSealer)] = sealer;
        return sealer;
    }

    [Fact]
    public async Task Tail_shows_the_newest_last() =>
        JsonNode.Parse((await _world.RunAsync("ledger", "tail", "--json")).Out)!.AsArray().Select(e => e!["seq"]!.GetValue<int>()).ShouldBe([1, 2]);

    [Fact]
    public async Task Tail_takes_1_to_1000() => (await _world.RunAsync("ledger", "tail", "-n", "0")).ExitCode.ShouldBe(2);

    [Fact]
    public async Task Export_writes_payloads_byte_for_byte()
    {
        var lines = await _world.RunAsync("ledger", "export");
        var array = await _world.RunAsync("ledger", "export", "--json");
        var csv = await _world.RunAsync("ledger", "export", "--format", "csv");

        lines.Out.ShouldContain(Payload);
        lines.Out.ShouldEndWith("}\n");
        JsonNode.Parse(array.Out)!.AsArray().Count.ShouldBe(1);
        csv.Out.Split('\n')[0].ShouldBe("seq,event_id,stream,render_id,render_seq,type,occurred_at,payload,prev_hash,hash");
        csv.Out.ShouldContain($"\"{Payload.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        (await _world.RunAsync("ledger", "export", "--format", "xml")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Settings_are_shown_with_secrets_masked()
    {
        var text = await _world.RunAsync("settings", "--set", "Sora:ApiKey=hunter2", "--set", "Sora:Headers:X-Key=hunter3");
        var json = await _world.RunAsync("settings", "--set", "Sora:ApiKey=hunter2", "--json");

        (text.Out + json.Out).ShouldNotContain("hunter");
        JsonNode.Parse(json.Out)!.AsArray().Single(s => s!["key"]!.GetValue<string>() == "Sora:ApiKey")!["value"]!.GetValue<string>().ShouldBe("********");
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("serve")]
    [InlineData("render")]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("resume")]
    [InlineData("again")]
    [InlineData("adopt")]
    [InlineData("cancel")]
    [InlineData("remix")]
    [InlineData("keep")]
    [InlineData("cleanup")]
    [InlineData("library")]
    [InlineData("lint")]
    [InlineData("ledger", "verify")]
    [InlineData("ledger", "tail")]
    [InlineData("ledger", "export")]
    [InlineData("ledger", "cursors")]
    [InlineData("ledger", "seal")]
    [InlineData("ledger", "prove")]
    [InlineData("ledger", "check")]
    [InlineData("hooks", "list")]
    [InlineData("hooks", "test")]
    [InlineData("hooks", "retry")]
    [InlineData("hooks", "move")]
    [InlineData("settings")]
    public async Task Every_verb_has_help_with_examples(params string[] verb)
    {
        var result = await _world.RunAsync([.. verb, "--help"]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldContain("Examples:");
        result.Out.ShouldContain($"  renders {string.Join(' ', verb)}");
        result.Out.ShouldContain("--json");
    }

    [Fact]
    public async Task The_version_is_printed() => (await _world.RunAsync("--version")).Out.ShouldMatch(@"^\d+\.\d+\.\d+");

    [Theory]
    [InlineData("did you mean list?", "lst")]
    [InlineData("allowed: demo, serve")]
    [InlineData("allowed: verify, tail, export", "ledger")]
    [InlineData("--limit: 'x' is not allowed; allowed: a whole number", "list", "--limit", "x")]
    [InlineData("--as: 'copy' is not allowed; allowed: Remix, Edit, Extension", "remix", "9f04f303", "p", "--as", "copy")]
    [InlineData("--intent: '1' is not allowed; allowed: Draft, Final", "render", "p", "--intent", "1")]
    [InlineData("--status: 'done' is not allowed; allowed: Queued", "list", "--status", "done")]
    public async Task Arguments_that_do_not_parse_are_one_line(string problem, params string[] arguments)
    {
        var result = await _world.RunAsync(arguments);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(problem);
        result.Error.TrimEnd().ShouldNotContain("\n");
    }

    [Fact]
    public async Task An_unforeseen_fault_is_one_line_and_a_stack_trace_only_when_asked_for()
    {
        AnyList().ThrowsAsync(new InvalidOperationException("broken"));

        var quiet = await _world.RunAsync("list");
        var verbose = await _world.RunAsync("list", "--verbose");

        (quiet.ExitCode, quiet.Error.TrimEnd()).ShouldBe((70, "unexpected InvalidOperationException: broken (run again with --verbose for details)"));
        verbose.Error.ShouldContain("   at ");
    }

    private Task<RenderPage> AnyList() =>
        _world.Renders.ListAsync(Arg.Any<RenderFilter?>(), Arg.Any<string?>(), Arg.Any<int>(), Arg.Any<CancellationToken>());

    private async Task<string> MessageAsync(params string[] arguments)
    {
        var result = await _world.RunAsync([.. arguments, "--json"]);
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonNode.Parse(result.Out)!["message"]!.GetValue<string>();
    }

    private static async IAsyncEnumerable<LedgerEvent> Events()
    {
        await Task.CompletedTask;
        yield return Event;
    }
}
