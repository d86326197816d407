using System.Text.Json.Nodes;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Webhooks;
using Bickford.Renders.Webhooks;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

public sealed class HooksCommandTests
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private static readonly DeadLetter s_first = new("billing", Guid.AllBitsSet, 1, "render.failed", 3, "answered [400]", s_now.AddHours(-2), s_now);
    private static readonly DeadLetter s_second = s_first with { EventId = Guid.CreateVersion7(s_now), Seq = 2 };

    private readonly CliWorld _world = new() { Ledger = new InMemoryLedger(TimeProvider.System) };
    private readonly IHookStore _store = Substitute.For<IHookStore>();
    private readonly IHooks _hooks = Substitute.For<IHooks>();

    public HooksCommandTests()
    {
        _world.Parts[typeof(IHookStore)] = _store;
        _world.Parts[typeof(IHooks)] = _hooks;
        _hooks.All.Returns([TestHooks.New(), TestHooks.New("https://secret.example/T0KEN", "archive") with { Types = Hook.Endings }]);
        _store.ListAsync(Arg.Any<CancellationToken>()).Returns([new HookState("billing", 1, 3, s_now.AddHours(1), "answered 503", s_now)]);
        _store.CountDeadLettersAsync(Arg.Any<CancellationToken>()).Returns(new Dictionary<string, long> { ["billing"] = 2 });
        _store.ListDeadLettersAsync(Arg.Any<string?>(), Arg.Any<long>(), Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([s_first, s_second]);
        _store.FindDeadLettersAsync(s_first.EventId, Arg.Any<CancellationToken>()).Returns([s_first]);
        _store.FindDeadLettersAsync(s_second.EventId, Arg.Any<CancellationToken>()).Returns([s_second]);
    }

    [Fact]
    public async Task List_shows_where_each_hook_stands_and_what_it_gave_up_on()
    {
        var text = await _world.RunAsync("hooks", "list");
        var json = JsonNode.Parse((await _world.RunAsync("hooks", "list", "--json")).Out)!;

        text.ExitCode.ShouldBe(0, text.Error);
        text.Out.ShouldMatch(@"billing +https://receiver\.example +note, invoice\.\* +2 +try 4 of 16 in (59|60) min \d+ s: answered 503");
        text.Out.ShouldMatch(@"archive +https://secret\.example +how renders end +– +begins when the worker runs");
        text.Out.ShouldMatch($@"{s_first.EventId} +billing +render\.failed +3 +2 h ago +answered \[400\]");
        text.Out.ShouldNotContain("T0KEN");
        json["hooks"]![0]!["state"]!["attempt"]!.GetValue<int>().ShouldBe(3);
        json["dead_letters"]!.AsArray().Count.ShouldBe(2);
        json.ToJsonString().ShouldNotContain("T0KEN");
    }

    [Fact]
    public async Task List_says_how_to_set_the_first_hook()
    {
        _hooks.All.Returns([]);
        _store.ListDeadLettersAsync(Arg.Any<string?>(), Arg.Any<long>(), Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([]);

        (await _world.RunAsync("hooks", "list")).Out.ShouldContain("Hooks:NAME:Url and Hooks:NAME:Secret");
    }

    [Fact]
    public async Task Retry_tells_of_each_dead_letter_whether_it_arrived()
    {
        _hooks.RetryAsync(s_first, Arg.Any<CancellationToken>()).Returns(new HookAnswer(200));
        _hooks.RetryAsync(s_second, Arg.Any<CancellationToken>()).Returns(new HookAnswer(422));

        var all = await _world.RunAsync("hooks", "retry", "--all");
        var one = await _world.RunAsync("hooks", "retry", s_first.EventId.ToString());
        var json = JsonNode.Parse((await _world.RunAsync("hooks", "retry", "--all", "--json")).Out)!;

        (all.ExitCode, one.ExitCode).ShouldBe((1, 0));
        all.Out.ShouldContain("1 of 2 arrived.");
        all.Out.ShouldContain($"{s_second.EventId}  billing  render.failed  answered 422");
        (json["arrived"]!.GetValue<int>(), json["failed"]!.GetValue<int>()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Retry_stops_when_the_receiver_is_away()
    {
        var letters = Enumerable.Range(1, 10).Select(i => s_first with { EventId = Guid.CreateVersion7(s_now), Seq = i }).ToArray();
        _store.ListDeadLettersAsync(Arg.Any<string?>(), Arg.Any<long>(), Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns(letters);
        _store.FindDeadLettersAsync(Arg.Any<Guid>(), Arg.Any<CancellationToken>()).Returns(call => [letters.First(letter => letter.EventId == call.Arg<Guid>())]);
        _hooks.RetryAsync(Arg.Any<DeadLetter>(), Arg.Any<CancellationToken>()).Returns(new HookAnswer(null, "no answer within 15 s"));

        var result = await _world.RunAsync("hooks", "retry", "--all");

        result.Out.ShouldContain("0 of 3 arrived; stopped, because there is no answer.");
        await _hooks.Received(3).RetryAsync(Arg.Any<DeadLetter>(), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData("EVENT_ID: is missing", "retry")]
    [InlineData("EVENT_ID: is not allowed together", "retry", "--all", "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("EVENT_ID: 'ffff' is not allowed", "retry", "ffff")]
    [InlineData("EVENT_ID: 'ffffffff-ffff-ffff-ffff-ffffffffffff' is no dead letter of archive", "retry", "ffffffff-ffff-ffff-ffff-ffffffffffff", "--hook", "archive")]
    [InlineData("--limit: '0' is not allowed", "list", "-n", "0")]
    [InlineData("NAME: no hook 'x' ever began", "move", "x", "--to", "0")]
    public async Task What_is_wrong_is_one_line(string problem, params string[] arguments)
    {
        var result = await _world.RunAsync(["hooks", .. arguments]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith(problem);
    }

    [Fact]
    public async Task Test_tells_what_came_of_one_message()
    {
        _hooks.TestAsync("billing", Arg.Any<CancellationToken>()).Returns(new HookAnswer(204));
        _hooks.TestAsync("archive", Arg.Any<CancellationToken>()).Returns(new HookAnswer(null, "the name secret.example leads nowhere"));

        var good = await _world.RunAsync("hooks", "test", "billing");
        var bad = await _world.RunAsync("hooks", "test", "archive");

        (good.ExitCode, good.Out.Trim()).ShouldBe((0, "billing: https://receiver.example took it (answered 204)"));
        (bad.ExitCode, bad.Out.Trim()).ShouldBe((1, "archive: https://secret.example did not take it: the name secret.example leads nowhere"));
    }
}
