using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Data;
using Bickford.Renders.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Webhooks;

/// <summary>One hook's deliveries, over a SQLite file and a receiver that answers as it is told.</summary>
public sealed class HookDeliveryTests : IAsyncLifetime
{
    private readonly ScriptedSender _receiver = new();
    private SqliteFixture _fixture = null!;
    private bool _mayGoOn = true;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IHookStore Store => _fixture.First.Hooks;

    public async ValueTask InitializeAsync()
    {
        _fixture = await SqliteFixture.CreateAsync();
        await Store.BeginAsync("billing", Cancel);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Events_go_out_in_the_order_of_the_ledger_each_once()
    {
        var events = await RecordAsync("note", "note", "note");

        (await RunAsync()).ShouldBeNull();
        (await RunAsync()).ShouldBeNull();

        _receiver.Sent.ShouldBe(events.Select(one => one.EventId.ToString()));
        (await StateAsync()).Position.ShouldBe(3);
    }

    [Fact]
    public async Task Only_the_types_that_a_hook_takes_are_sent_and_the_others_are_passed_over()
    {
        var events = await RecordAsync("other", "invoice.paid", "other", "invoices.paid", "note", "other");

        await RunAsync();

        _receiver.Sent.ShouldBe([events[1].EventId.ToString(), events[4].EventId.ToString()]);
        (await StateAsync()).Position.ShouldBe(6);
    }

    [Fact]
    public async Task An_event_that_did_not_arrive_holds_up_those_behind_it_and_is_tried_again_when_it_is_due()
    {
        var events = await RecordAsync("note", "note");
        _receiver.Answer = number => new HookAnswer(number < 3 ? 503 : 200);

        var due = await RunAsync();
        (await RunAsync()).ShouldBe(due);
        _receiver.Sent.Count.ShouldBe(1);
        (await StateAsync()).ShouldBe(new HookState("billing", 0, 1, due, "answered 503", TestRenders.Start));

        _fixture.Clock.Advance(due!.Value - TestRenders.Start);
        var second = await RunAsync();
        _fixture.Clock.Advance(second!.Value - due.Value);
        (await RunAsync()).ShouldBeNull();

        var (first, behind) = (events[0].EventId.ToString(), events[1].EventId.ToString());
        _receiver.Sent.ShouldBe([first, first, first, behind]);
        (await StateAsync()).Attempt.ShouldBe(0);
    }

    [Fact]
    public async Task After_its_last_try_an_event_is_a_dead_letter_and_the_next_one_goes_out()
    {
        var events = await RecordAsync("note", "note");
        _receiver.Answer = number => new HookAnswer(number <= 3 ? 400 : 200);

        for (var due = await RunAsync(); due is not null; due = await RunAsync())
            _fixture.Clock.Advance(due.Value - _fixture.Clock.GetUtcNow());

        _receiver.Sent.Distinct().ShouldBe(events.Select(one => one.EventId.ToString()));
        var letter = (await Store.ListDeadLettersAsync(null, 0, 10, Cancel)).ShouldHaveSingleItem();
        (letter.Hook, letter.EventId, letter.Seq, letter.Type, letter.Attempts, letter.Problem).ShouldBe(("billing", events[0].EventId, 1, "note", 3, "answered 400"));
        (await StateAsync()).Position.ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_dies_after_the_answer_and_before_the_commit_has_sent_it_and_it_is_sent_again_with_the_same_id()
    {
        var events = await RecordAsync("note");
        _receiver.Answer = number => number == 1 ? throw new InvalidOperationException("killed") : new HookAnswer(200);

        await Should.ThrowAsync<InvalidOperationException>(RunAsync);
        (await RunAsync()).ShouldBeNull();

        _receiver.Sent.ShouldBe([events[0].EventId.ToString(), events[0].EventId.ToString()]);
    }

    [Fact]
    public async Task A_hook_that_another_process_moved_on_meanwhile_is_left_to_it()
    {
        await RecordAsync("note", "note", "note");
        _receiver.Answer = _ =>
        {
            Store.AdvanceAsync("billing", 0, 2, cancellationToken: Cancel).GetAwaiter().GetResult();
            return new HookAnswer(500);
        };

        (await RunAsync()).ShouldBe(TestRenders.Start);

        _receiver.Sent.Count.ShouldBe(1);
        (await StateAsync()).ShouldBe(new HookState("billing", 2, 0, null, null, TestRenders.Start));
    }

    [Fact]
    public async Task Nothing_is_sent_by_who_lost_the_lease()
    {
        await RecordAsync("note");
        _mayGoOn = false;

        await RunAsync();

        _receiver.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dead_letter_is_sent_again_and_is_off_the_list_when_it_arrived()
    {
        var events = await RecordAsync("note");
        _receiver.Answer = number => new HookAnswer(number switch { 1 => 410, 2 => 500, _ => 200 });
        await RunAsync();
        var hooks = new Hooks([TestHooks.New()], _fixture.Ledger, Store, _receiver, _fixture.Clock);

        (await hooks.RetryAsync(await LetterAsync(), Cancel)).Status.ShouldBe(500);
        var still = await LetterAsync();
        (await hooks.RetryAsync(still, Cancel)).Arrived.ShouldBeTrue();

        (still.Attempts, still.Problem).ShouldBe((2, "answered 500"));
        (await Store.ListDeadLettersAsync(null, 0, 10, Cancel)).ShouldBeEmpty();
        _receiver.Sent.Distinct().ShouldBe([events[0].EventId.ToString()]);
    }

    [Fact]
    public async Task A_dead_letter_of_a_hook_that_is_not_set_any_more_says_so()
    {
        var letter = new DeadLetter("gone", Guid.AllBitsSet, 1, "note", 1, "answered 500", TestRenders.Start, TestRenders.Start);
        var hooks = new Hooks([TestHooks.New()], _fixture.Ledger, Store, _receiver, _fixture.Clock);

        (await Should.ThrowAsync<RenderRequestException>(async () => await hooks.RetryAsync(letter, Cancel))).Message.ShouldBe("hook: 'gone' is not allowed; allowed: a hook that is set: billing");
        (await Should.ThrowAsync<RenderRequestException>(async () => await hooks.RetryAsync(letter with { Hook = "billing" }, Cancel))).Field.ShouldBe("event_id");
    }

    private Task<DateTimeOffset?> RunAsync() =>
        new HookDelivery(TestHooks.New(), _fixture.Ledger, Store, _receiver, _fixture.Clock, new Jitter(1), NullLogger.Instance).RunAsync(() => Task.FromResult(_mayGoOn), Cancel);

    private async Task<HookState> StateAsync() => (await Store.ListAsync(Cancel)).ShouldHaveSingleItem();

    private async Task<DeadLetter> LetterAsync() => (await Store.ListDeadLettersAsync(null, 0, 10, Cancel)).ShouldHaveSingleItem();

    private async Task<List<LedgerEvent>> RecordAsync(params string[] types)
    {
        var events = new List<LedgerEvent>();
        foreach (var type in types)
            events.Add(await _fixture.Ledger.RecordAsync("notes", type, [], null, Cancel));
        return events;
    }
}
